import { compareEvents, differingFields } from './comparison'
import { commonLength, createLetters, toDiagram } from './diagram'
import { differences } from './equal'
import { isSame, isStreamEvents } from './events'
import type { StreamEvent } from './events'
import { show } from './show'

/** An expectation, as the test states it. */
export interface Expectation {
  /** Such as `expectObservable`. */
  readonly what: string
  readonly marbles?: string
  readonly values?: unknown
  /** The place of the call, so that a failure points there. */
  readonly place: Error
}

const NONE = '(nothing)'

/** The diagrams beneath each other, and a mark under the first difference. */
const diagramsText = (expected: string, actual: string | undefined): readonly string[] => {
  const wanted = `  expected  ${expected === '' ? NONE : expected}`
  if (actual === undefined) return [wanted]
  const came = `  actual    ${actual === '' ? NONE : actual}`
  return [wanted, came, `${' '.repeat(commonLength(wanted.slice(12), came.slice(12)) + 12)}^`]
}

const streamsText = (
  actual: readonly StreamEvent[],
  expected: readonly StreamEvent[],
  { marbles, values }: Expectation,
): readonly string[] => {
  const letters = createLetters(values)
  // In the notation of the actual one, so that only what differs looks different.
  const wanted = toDiagram(expected, letters.of) ?? marbles?.trim() ?? ''
  const came = toDiagram(actual, letters.of)
  const added = came === undefined ? [] : Object.entries(letters.added())
  return [
    ...diagramsText(wanted, came),
    ...added.map(([letter, value]) => `  ${letter}         ${show(value)}`),
    '',
    '- expected, + actual',
    ...compareEvents(actual, expected, letters.of),
  ]
}

/** Gives the error of a place a text. The stack leads to the expectation, because readers look there. */
const withText = (place: Error, text: string): Error => {
  const stack = String(place.stack)
  place.message = text
  place.name = 'MarbleMismatch'
  // Runners print it as it is.
  place.stack = `MarbleMismatch: ${text}\n${stack
    .split('\n')
    .filter(row => /^\s+at /.test(row))
    .join('\n')}`
  return place
}

/** The first of several failures, with the texts of the others. */
export const withMore = (first: Error, texts: readonly string[]): Error =>
  texts.length === 0 ? first : withText(first, [first.message, ...texts].join('\n\n'))

/** An error that shows what was expected and what came; `undefined` if they are equal. */
export const mismatch = (actual: unknown, expected: unknown, expectation: Expectation): Error | undefined => {
  const streams = isStreamEvents(actual) && isStreamEvents(expected)
  const isMet = streams
    ? actual.length === expected.length && actual.every((event, i) => isSame(event, expected[i] ?? event))
    : differences(actual, expected).length === 0
  if (isMet) return undefined
  const { what, place } = expectation
  const text = [
    `${what}: not what was expected`,
    '',
    ...(streams ? streamsText(actual, expected, expectation) : differingFields(actual, expected)),
  ].join('\n')
  return withText(place, text)
}
