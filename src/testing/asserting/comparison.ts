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
  const same = differing < 0 ? actual.length : differing
  const first = Math.max(0, same - BEFORE)
  const shown = (events: readonly StreamEvent[]): readonly StreamEvent[] =>
    events.slice(first, first + BEFORE + AFTER)
  const [is, should] = [shown(actual), shown(expected)]
  const width = String(Math.max(0, ...[...is, ...should].map(({ frame }) => frame))).length
  const indent = ' '.repeat(width + 10)
  const lines: string[] = first > 0 ? [`  … ${first} more before, the same in both`] : []
  let [i, j] = [0, 0]
  const write = (mark: string, event: StreamEvent): void => {
    const at = `${String(event.frame).padStart(width)} ms`
    lines.push(`${mark} ${at}  ${describeEvent(event, letterOf(event))}`)
  }
  while (i < is.length || j < should.length) {
    const [has, wants] = [is[i], should[j]]
    const inBoth = has && wants && isSame(has, wants)
    const isLate =
      !has ||
      (wants &&
        (has.frame > wants.frame || (has.frame === wants.frame && isAmong(has, ofOneTime(should, j)))))
    const isEarly = !wants || (has && (has.frame < wants.frame || isAmong(wants, ofOneTime(is, i))))
    if (inBoth) write(' ', has)
    else {
      if (wants && (isLate || !isEarly)) write('-', wants)
      if (has && !isLate) write('+', has)
      if (has && wants && !isLate && !isEarly && has.notification.kind === wants.notification.kind)
        lines.push(...differingFields(eventContent(has), eventContent(wants)).map(field => indent + field))
    }
    if (inBoth || !isLate) i += 1
    if (inBoth || isLate || !isEarly) j += 1
  }
  const rest = Math.max(actual.length, expected.length) - first - BEFORE - AFTER
  return rest > 0 ? [...lines, `  … ${rest} more after`] : lines
}
