import { differences } from './equal'
import { eventContent, isSame } from './events'
import type { StreamEvent } from './events'
import { show } from './show'

const MOST_DIFFERENCES = 12

/** Where two values differ, a line each. */
export const differingFields = (actual: unknown, expected: unknown): readonly string[] => {
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

const describeEvent = (event: StreamEvent, letter: string): string => {
  switch (event.notification.kind) {
    case 'N':
      return `${letter}  ${show(eventContent(event))}`
    case 'E':
      return `#  error ${show(eventContent(event))}`
    case 'C':
      return '|  complete'
  }
}

/** The events from an index on, as long as they are of one time. */
const ofOneTime = (events: readonly StreamEvent[], from: number): readonly StreamEvent[] => {
  let end = from
  while (end < events.length && events[end]?.frame === events[from]?.frame) end += 1
  return events.slice(from, end)
}

const isAmong = (event: StreamEvent, others: readonly StreamEvent[]): boolean =>
  others.some(other => isSame(event, other))

const isOfOneKind = (one: StreamEvent, other: StreamEvent): boolean =>
  one.notification.kind === other.notification.kind

/** Events beside each other: equal ones, one that has no partner, or different ones of one time. */
interface Pair {
  readonly has?: StreamEvent | undefined
  readonly wants?: StreamEvent | undefined
}

const nextPair = (is: readonly StreamEvent[], i: number, should: readonly StreamEvent[], j: number): Pair => {
  const [has, wants] = [is[i], should[j]]
  if (!has || !wants || isSame(has, wants)) return { has, wants }
  if (has.frame > wants.frame || (has.frame === wants.frame && isAmong(has, ofOneTime(should, j))))
    return { wants }
  if (has.frame < wants.frame || isAmong(wants, ofOneTime(is, i))) return { has }
  return { has, wants }
}

/** All events of both, in the order of time. */
const align = (is: readonly StreamEvent[], should: readonly StreamEvent[]): readonly Pair[] => {
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < is.length || j < should.length) {
    const pair = nextPair(is, i, should, j)
    pairs.push(pair)
    if (pair.has) i += 1
    if (pair.wants) j += 1
  }
  return pairs
}

const BEFORE = 20
const AFTER = 80

/**
 * One line for each event, in the order of time: in both, in one of them, or different at the same time. Of many events,
 * those around the first difference.
 */
export const compareEvents = (
  actual: readonly StreamEvent[],
  expected: readonly StreamEvent[],
  letterOf: (event: StreamEvent) => string,
): readonly string[] => {
  const differing = actual.findIndex((event, i) => !isAmong(event, expected.slice(i, i + 1)))
  const first = Math.max(0, (differing < 0 ? actual.length : differing) - BEFORE)
  const end = first + BEFORE + AFTER
  const [is, should] = [actual.slice(first, end), expected.slice(first, end)]
  const width = String(Math.max(0, ...[...is, ...should].map(({ frame }) => frame))).length
  const line = (mark: string, event: StreamEvent): string =>
    `${mark} ${String(event.frame).padStart(width)} ms  ${describeEvent(event, letterOf(event))}`
  const linesOf = ({ has, wants }: Pair): readonly string[] => {
    if (has && wants && isSame(has, wants)) return [line(' ', has)]
    const fields =
      has && wants && isOfOneKind(has, wants) ? differingFields(eventContent(has), eventContent(wants)) : []
    return [
      ...(wants ? [line('-', wants)] : []),
      ...(has ? [line('+', has)] : []),
      ...fields.map(field => ' '.repeat(width + 10) + field),
    ]
  }
  const rest = Math.max(actual.length, expected.length) - end
  return [
    ...(first > 0 ? [`  … ${first} more before, the same in both`] : []),
    ...align(is, should).flatMap(linesOf),
    ...(rest > 0 ? [`  … ${rest} more after`] : []),
  ]
}
