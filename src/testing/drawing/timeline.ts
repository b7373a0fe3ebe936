import { TestScheduler } from 'rxjs/testing'

/** What a letter of a diagram stands for, and when, in ms from the diagram's start. */
export interface Drawn<T> {
  readonly at: number
  readonly value: T
}

/**
 * What is drawn in RxJS's notation. `|` ends the drawing and nothing else; `#` is none of it, since what goes wrong
 * is drawn as a fault.
 */
export const timeline = <T>(marbles: string, valueOf: (letter: string) => T): readonly Drawn<T>[] =>
  TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).flatMap(
    ({ frame, notification }) => {
      if (frame < 0) throw new Error(`'${marbles}': '^' has no meaning here`)
      if (notification.kind === 'E') throw new Error(`'${marbles}': draw what goes wrong with broker.faults`)
      return notification.kind === 'N' ? [{ at: frame, value: valueOf(notification.value as string) }] : []
    },
  )

export const standsForNothing = (letter: string, values: object): Error =>
  new Error(`'${letter}' has no value; values: ${Object.keys(values).join(', ') || 'none'}`)

/** The value of a letter; throws where there is none, since a letter without a value would draw nothing. */
export const lookUp =
  <T>(values: Readonly<Record<string, T>> = {}) =>
  (letter: string): T => {
    const value = values[letter]
    if (value === undefined || value === null) throw standsForNothing(letter, values)
    return value
  }

/** Throws where a letter that is expected stands for nothing: it would be met by what has no value. */
export const checkLetters = (marbles: string, values: object): void => {
  for (const { notification } of TestScheduler.parseMarbles(marbles, undefined, undefined, false, true))
    if (notification.kind === 'N' && !(String(notification.value) in values))
      throw standsForNothing(String(notification.value), values)
}

/** Throws where something is drawn for later than the end of a run, since it would never be. */
export const checkWithin = (marbles: string, last: number, until: number): void => {
  if (last > until)
    throw new Error(
      `'${marbles}' is drawn up to ${last} ms, and the run ends at ${until} ms: see its option until`,
    )
}

/** When the last of a diagram is, in ms. */
export const lastOf = (marbles: string): number =>
  Math.max(
    0,
    ...TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).map(({ frame }) => frame),
  )

/** When the last of a subscription diagram is, in ms: its `^`, or its `!`. */
export const lastOfSubscription = (marbles: string): number => {
  const { subscribedFrame, unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(marbles, true)
  return Math.max(0, ...[subscribedFrame, unsubscribedFrame].filter(frame => frame !== Infinity))
}
