/** A stretch of time in ms since the epoch, both ends included. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Before the epoch nothing was traded, and to look there would take for ever. */
export const isTime = (time: number): boolean => Number.isSafeInteger(time) && time >= 0

/** What is wrong where it is not one. */
export const NO_TIME = 'must be a whole number of ms since the epoch'

/** A part of a list: all there is of it from one time to another. */
export interface Page<T> extends TimeRange {
  /** Oldest first. */
  readonly items: readonly T[]
  /** How much of what was asked for this and the pages before it are, by time: 1 with the last. */
  readonly progress: number
}

type Part<T> = Omit<Page<T>, 'progress'>

/** What the server answers about a range: the newest of it. */
export interface Answered<T> {
  readonly items: readonly T[]
  /** Whether there are older ones within the range. */
  readonly hasMore: boolean
}

/** When the items of a list are. */
export interface Times<T> {
  readonly timeOf: (item: T) => number
  /** The order of those of the same ms. */
  readonly compare: (a: T, b: T) => number
  /** Whether an item comes to have another time when it changes. */
  readonly moves: boolean
  /** Which end of a range an answer leaves out where there is more of it. */
  readonly cut: 'older' | 'unknown'
}

/** Those of the same ms stay in the order in which they came. */
export const asTheyCame = (): number => 0

/** How far a range is read. */
export interface Reading<T> {
  /** All before was given out. */
  readonly from: number
  /** How long the next range is to be, and how long one may be, in ms. */
  readonly length: number
  readonly longest: number
  /** What was read of later times while it waits for what is between: the earliest first. */
  readonly ahead: readonly Part<T>[]
  /** What is to be given out now. */
  readonly page: Part<T> | undefined
  /** How many ms in a row had more than an answer. */
  readonly full: number
}

export const firstReading = <T>({ from }: TimeRange, longest: number): Reading<T> => ({
  from,
  length: longest,
  longest,
  ahead: [],
  page: undefined,
  full: 0,
})

/** Gives out what was read already, if it is its turn. */
export const withKnown = <T>(reading: Reading<T>): Reading<T> | undefined => {
  const [page, ...ahead] = reading.ahead
  return page?.from === reading.from ? { ...reading, from: page.to + 1, ahead, page } : undefined
}

/** What is to be asked for next. */
export const nextWindow = <T>({ from, length, ahead: [known] }: Reading<T>, range: TimeRange): TimeRange => ({
  from,
  to: Math.min(known ? known.from - 1 : range.to, from + length - 1),
})

const lengthOf = ({ from, to }: TimeRange): number => to + 1 - from

const halfOf = (range: TimeRange): number => Math.floor(lengthOf(range) / 2)

/** Another try with half of the range, where the server finds it too long. */
export const narrowed = <T>(reading: Reading<T>, window: TimeRange): Reading<T> => {
  const longest = halfOf(window)
  return { ...reading, length: longest, longest, page: undefined }
}

const inOrder = <T>(items: readonly T[], { timeOf, compare }: Times<T>): T[] =>
  [...items].sort((a, b) => timeOf(a) - timeOf(b) || compare(a, b))

/**
 * What is certain of an answer that was cut off, oldest first. Where the cut may have gone through a ms, what there is
 * of that ms is not; but of a ms that fills an answer by itself, the server never tells more.
 */
const certainOf = <T>(items: readonly [T, ...T[]], { timeOf }: Times<T>, to: number): Part<T> => {
  const cut = timeOf(items[0])
  const after = items.filter(item => timeOf(item) > cut)
  return after.length > 0 ? { from: cut + 1, to, items: after } : { from: cut, to, items }
}

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0

/** Goes on with what the server answered about a window. */
export const withAnswer = <T>(
  reading: Reading<T>,
  times: Times<T>,
  window: TimeRange,
  { items, hasMore }: Answered<T>,
): Reading<T> => {
  const { cut, moves, timeOf } = times
  const { from, to } = window
  // A server that takes the bounds for those of whole bars must not give one twice.
  const within = moves ? items : items.filter(item => timeOf(item) >= from && timeOf(item) <= to)
  const ordered = inOrder(within, times)
  const half = halfOf(window)
  if (hasMore && half > 0 && isSome(ordered)) {
    // What moves may have gone meanwhile from what is yet to be read to what was: only forwards nothing is missed. And
    // where either end may be cut off, only of a range that comes whole it is known that nothing is missed.
    if (moves || cut === 'unknown') return { ...reading, length: half, page: undefined }
    const certain = certainOf(ordered, times, to)
    const length = Math.min(half, lengthOf(certain))
    return { ...reading, length, ahead: [certain, ...reading.ahead], page: undefined }
  }
  // Where there is said to be more, and there is nothing, the range is not to blame: it is not read on for ever.
  const isFull = hasMore && (half === 0 || !isSome(ordered))
  return {
    ...reading,
    full: isFull ? reading.full + 1 : 0,
    from: to + 1,
    length: Math.min(reading.longest, reading.length * 2),
    page: { from, to, items: ordered },
  }
}
