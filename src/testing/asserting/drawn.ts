import { differences } from './equal'
import { eventContent } from './events'
import type { StreamEvent } from './events'

/** The letter of an event: that of the equal value in the diagram. */
export const valueLetter =
  (values: unknown) =>
  (event: StreamEvent): string => {
    if (event.notification.kind === 'C') return '|'
    if (event.notification.kind === 'E') return '#'
    const content = eventContent(event)
    if (typeof values !== 'object' || values === null)
      return typeof content === 'string' && Array.from(content).length === 1 ? content : '?'
    const found = Object.entries(values as Readonly<Record<string, unknown>>).find(
      ([, value]) => differences(content, value).length === 0,
    )
    return found?.[0] ?? '?'
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

/** The events as a diagram; `undefined` if they follow each other too fast to draw. */
export const drawn = (
  events: readonly StreamEvent[],
  letter: (event: StreamEvent) => string,
): string | undefined => {
  let marbles = ''
  let at = 0
  for (const frame of new Set(events.map(event => event.frame))) {
    const letters = events.filter(event => event.frame === frame).map(letter)
    if (frame < at) return undefined
    const group = letters.length > 1 ? `(${letters.join('')})` : letters.join('')
    marbles += stretch(frame - at) + group
    at = frame + group.length
  }
  return marbles.trim()
}
