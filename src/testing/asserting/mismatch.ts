import { differences } from './equal'
import { drawn, valueLetter } from './drawn'
import { eventContent, isSame, isStreamEvents } from './events'
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

const MOST_DIFFERENCES = 12

const described = (event: StreamEvent, letter: string): string => {
  switch (event.notification.kind) {
    case 'N':
      return `${letter}  ${show(eventContent(event))}`
    case 'E':
      return `#  error ${show(eventContent(event))}`
    case 'C':
      return '|  complete'
  }
}

const fieldsOf = (actual: unknown, expected: unknown): readonly string[] => {
  const all = differences(actual, expected)
  // For a different message type, the missing fields do not matter.
  const found = all.some(({ path }) => path === 'payloadType') ? [] : all.filter(({ path }) => path !== '')
  const lines = found
    .slice(0, MOST_DIFFERENCES)
    .map(
      ({ path, expected: wants, actual: has }) =>
        `${path}: ${show(wants, path)} expected, is ${show(has, path)}`,
    )
  return found.length > MOST_DIFFERENCES ? [...lines, `and ${found.length - MOST_DIFFERENCES} more`] : lines
}

/** Whether an equal event comes later at the same time. */
const isAmong = (event: StreamEvent, others: readonly StreamEvent[]): boolean =>
  others.some(other => isSame(event, other))

/** One line for each event, in the order of time: in both, in one of them, or different at the same time. */
const compared = (
  actual: readonly StreamEvent[],
  expected: readonly StreamEvent[],
  letter: (event: StreamEvent) => string,
): readonly string[] => {
  const width = String(Math.max(0, ...[...actual, ...expected].map(({ frame }) => frame))).length
  const line = (mark: string, event: StreamEvent): string =>
    `${mark} ${String(event.frame).padStart(width)} ms  ${described(event, letter(event))}`
  const indent = ' '.repeat(width + 10)
  const lines: string[] = []
  const is = [...actual]
  const should = [...expected]
  const take = (mark: string, from: StreamEvent[]): void => {
    const event = from.shift()
    if (event) lines.push(line(mark, event))
  }
  while (is.length + should.length > 0) {
    const [has] = is
    const [wants] = should
    if (!has || !wants) {
      take(has ? '+' : '-', has ? is : should)
    } else if (isSame(has, wants)) {
      take(' ', is)
      should.shift()
    } else if (has.frame > wants.frame || (has.frame === wants.frame && isAmong(has, should))) {
      take('-', should)
    } else if (has.frame < wants.frame || isAmong(wants, is)) {
      take('+', is)
    } else {
      take('-', should)
      take('+', is)
      if (has.notification.kind === wants.notification.kind)
        lines.push(...fieldsOf(eventContent(has), eventContent(wants)).map(field => indent + field))
    }
  }
  return lines
}

const NONE = '(nothing)'

const streamsText = (
  actual: readonly StreamEvent[],
  expected: readonly StreamEvent[],
  { marbles, values }: Expectation,
): readonly string[] => {
  const letter = valueLetter(values)
  const wanted = marbles?.trim() ?? drawn(expected, letter) ?? ''
  const came = drawn(actual, letter)
  return [
    `  expected  ${wanted === '' ? NONE : wanted}`,
    ...(came === undefined ? [] : [`  actual    ${came === '' ? NONE : came}`]),
    '',
    '- expected, + actual',
    ...compared(actual, expected, letter),
  ]
}

/** An error that shows what was expected and what came; `undefined` if they are equal. */
export const mismatch = (actual: unknown, expected: unknown, expectation: Expectation): Error | undefined => {
  const streams = isStreamEvents(actual) && isStreamEvents(expected)
  const isMet = streams
    ? actual.length === expected.length &&
      actual.every((event, i) => isAmong(event, expected.slice(i, i + 1)))
    : differences(actual, expected).length === 0
  if (isMet) return undefined
  const { what, place } = expectation
  const text = [
    `${what}: not what was expected`,
    '',
    ...(streams ? streamsText(actual, expected, expectation) : fieldsOf(actual, expected)),
  ].join('\n')
  // The stack leads to the expectation, because readers look there. Runners print it as it is.
  const stack = String(place.stack)
  place.message = text
  place.name = 'MarbleMismatch'
  place.stack = `MarbleMismatch: ${text}\n${stack
    .split('\n')
    .filter(row => /^\s+at /.test(row))
    .join('\n')}`
  return place
}
