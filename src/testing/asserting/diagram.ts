import { differences } from './equal'
import { eventContent } from './events'
import type { StreamEvent } from './events'

/** The letters of values in a diagram. */
export interface Letters {
  readonly of: (event: StreamEvent) => string
  /** The values that had no letter, by the letters that they got. */
  readonly added: () => Readonly<Record<string, unknown>>
}

const FREE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Gives each value the letter of an equal one in a table, and otherwise a letter that is free. Without a table, a text of
 * one character stands for itself, as in RxJS.
 */
export const createLetters = (values: unknown): Letters => {
  const table =
    typeof values === 'object' && values !== null
      ? { ...(values as Readonly<Record<string, unknown>>) }
      : undefined
  const added: Record<string, unknown> = {}
  const letterFor = (content: unknown): string => {
    const found = Object.entries({ ...table, ...added }).find(
      ([, value]) => differences(content, value).length === 0,
    )
    if (found) return found[0]
    const free = Array.from(FREE).find(letter => !(letter in (table ?? {})) && !(letter in added)) ?? '?'
    if (free !== '?') added[free] = content
    return free
  }
  return {
    of: event => {
      if (event.notification.kind === 'C') return '|'
      if (event.notification.kind === 'E') return '#'
      const content = eventContent(event)
      const standsForItself = !table && typeof content === 'string' && Array.from(content).length === 1
      return standsForItself ? content : letterFor(content)
    },
    added: () => added,
  }
}

const LONGEST_DASHES = 12

const UNITS = [
  [60_000, 'm'],
  [1_000, 's'],
] as const

const stretch = (ms: number): string => {
  if (ms <= LONGEST_DASHES && Number.isInteger(ms)) return '-'.repeat(ms)
  const parts: string[] = []
  let left = ms
  for (const [size, unit] of UNITS) {
    const whole = Math.floor(left / size)
    if (whole > 0) parts.push(`${whole}${unit}`)
    left -= whole * size
  }
  if (left > 0) parts.push(`${left}ms`)
  return ` ${parts.join(' ')} `
}

/** More events would be no diagram that a person reads. */
const MOST_EVENTS = 200

/** The events as a diagram in RxJS's notation; `undefined` if they are too many, or follow each other too fast to draw. */
export const toDiagram = (
  events: readonly StreamEvent[],
  letterOf: (event: StreamEvent) => string,
): string | undefined => {
  if (events.length > MOST_EVENTS) return undefined
  let marbles = ''
  let at = 0
  for (const frame of new Set(events.map(event => event.frame))) {
    const letters = events.filter(event => event.frame === frame).map(letterOf)
    if (frame < at) return undefined
    const group = letters.length > 1 ? `(${letters.join('')})` : letters.join('')
    marbles += stretch(frame - at) + group
    at = frame + group.length
  }
  return marbles.trim()
}

/** The number of characters that two texts have in common from the begin. */
export const commonLength = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one.charAt(length) === other.charAt(length)) length += 1
  return length
}
