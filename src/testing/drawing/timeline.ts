import { TestScheduler } from 'rxjs/testing'

/** The value of a letter, and its time in ms from the diagram's start. */
export interface Drawn<T> {
  readonly at: number
  readonly value: T
}

type Notification = ReturnType<typeof TestScheduler.parseMarbles>[number]

/** RxJS copies the rest of a diagram at each number in it, so a long one is parsed in parts. */
const CHARACTERS_A_PART = 1_000

/** A diagram in parts that end at a space outside of a group. */
const partsOf = (marbles: string): readonly string[] => {
  // Times before `^` count from it.
  if (marbles.includes('^')) return [marbles]
  const parts: string[] = []
  let from = 0
  let isInGroup = false
  for (let i = 0; i < marbles.length; i += 1) {
    const letter = marbles.charAt(i)
    if (letter === '(' || letter === ')') isInGroup = letter === '('
    if (letter !== ' ' || isInGroup || i - from < CHARACTERS_A_PART) continue
    parts.push(marbles.slice(from, i))
    from = i
  }
  return [...parts, marbles.slice(from)]
}

/** The notifications of a diagram in RxJS's notation, by their ms. */
const parse = (marbles: string): readonly Notification[] => {
  let elapsed = 0
  return partsOf(marbles).flatMap(part => {
    // One letter more, whose time is the end of the part.
    const parsed = TestScheduler.parseMarbles(`${part} x`, undefined, undefined, false, true)
    const begin = elapsed
    elapsed += parsed.pop()?.frame ?? 0
    return parsed.map(({ frame, notification }) => ({ frame: begin + frame, notification }))
  })
}

/**
 * A diagram in RxJS's notation. `|` ends the drawing and has no other effect. `#` is not allowed: draw a fault
 * instead.
 */
export const timeline = <T>(marbles: string, valueOf: (letter: string) => T): readonly Drawn<T>[] =>
  parse(marbles).flatMap(({ frame, notification }) => {
    if (frame < 0) throw new Error(`'${marbles}': '^' has no meaning here`)
    if (notification.kind === 'E') throw new Error(`'${marbles}': draw what goes wrong with broker.faults`)
    return notification.kind === 'N' ? [{ at: frame, value: valueOf(notification.value as string) }] : []
  })

export const unknownLetterError = (letter: string, values: object): Error =>
  new Error(`'${letter}' has no value; values: ${Object.keys(values).join(', ') || 'none'}`)

/** The value of a letter. Throws if it has none, because it would draw nothing. */
export const lookUp =
  <T>(values: Readonly<Record<string, T>> = {}) =>
  (letter: string): T => {
    const value = values[letter]
    if (value === undefined || value === null) throw unknownLetterError(letter, values)
    return value
  }

/** The letters of an expectation. Throws if one has no value: it would match an undefined value. */
export const checkLetters = (marbles: string, values: object): readonly string[] => {
  const letters = TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).flatMap(
    ({ notification }) => (notification.kind === 'N' ? [String(notification.value)] : []),
  )
  for (const letter of letters) if (!(letter in values)) throw unknownLetterError(letter, values)
  return letters
}

/** Throws if something is drawn after the end of the run, because it would never happen. */
export const checkBounds = (marbles: string, last: number, until: number): void => {
  if (last > until)
    throw new Error(
      `'${marbles}' is drawn up to ${last} ms, and the run ends at ${until} ms: see its option until`,
    )
}

/** The time of the last event in a diagram, in ms. */
export const lastEventTime = (marbles: string): number =>
  Math.max(
    0,
    ...TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).map(({ frame }) => frame),
  )

/** The time of the last event in a subscription diagram, in ms: its `^`, or its `!`. */
export const lastOfSubscription = (marbles: string): number => {
  const { subscribedFrame, unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(marbles, true)
  return Math.max(0, ...[subscribedFrame, unsubscribedFrame].filter(frame => frame !== Infinity))
}
