/** A time range in ms since the epoch, both ends included. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Rejects times before the epoch: nothing was traded then, and reading there would take very long. */
export const isTime = (time: number): boolean => Number.isSafeInteger(time) && time >= 0

/** The error detail for an invalid time. */
export const NO_TIME = 'must be a whole number of ms since the epoch'

/** Part of a list: all items in a time range. */
export interface Page<T> extends TimeRange {
  /** Oldest first. */
  readonly items: readonly T[]
  /** How much of the requested range is done with this page, by time. 1 for the last page. */
  readonly progress: number
}

type Part<T> = Omit<Page<T>, 'progress'>

/** The server's answer for a range: the newest items of it. */
export interface Answered<T> {
  readonly items: readonly T[]
  /** Whether the range has older items. */
  readonly hasMore: boolean
}

/** The times and the order of a list's items. */
export interface Times<T> {
  readonly timeOf: (item: T) => number
  /** The order of items with the same time. */
  readonly compare: (a: T, b: T) => number
  /** Whether the time of an item changes when the item changes. */
  readonly moves: boolean
  /** Which end of a range an incomplete answer leaves out. */
  readonly cut: 'older' | 'unknown'
}

/** Keeps items with the same time in the order in which they came. */
export const asTheyCame = (): number => 0

/** How far a range is read. */
export interface Reading<T> {
  /** Everything before this time was emitted. */
  readonly from: number
  /** The length of the next window and the maximal length, in ms. */
  readonly length: number
  readonly longest: number
  /** Later parts that were read already and wait for what is before them, the earliest first. */
  readonly ahead: readonly Part<T>[]
  /** The part to emit now. */
  readonly page: Part<T> | undefined
  /** How many ms in a row had more items than an answer holds. */
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

/** Emits a part that was read already, if it is next. */
export const withKnown = <T>(reading: Reading<T>): Reading<T> | undefined => {
  const [page, ...ahead] = reading.ahead
  return page?.from === reading.from ? { ...reading, from: page.to + 1, ahead, page } : undefined
}

/** The next window to request. */
export const nextWindow = <T>({ from, length, ahead: [known] }: Reading<T>, range: TimeRange): TimeRange => ({
  from,
  to: Math.min(known ? known.from - 1 : range.to, from + length - 1),
})

const lengthOf = ({ from, to }: TimeRange): number => to + 1 - from

const halfOf = (range: TimeRange): number => Math.floor(lengthOf(range) / 2)

/** Retries with half the window if the server says that it is too long. */
export const narrowed = <T>(reading: Reading<T>, window: TimeRange): Reading<T> => {
  const longest = halfOf(window)
  return { ...reading, length: longest, longest, page: undefined }
}

const inOrder = <T>(items: readonly T[], { timeOf, compare }: Times<T>): T[] =>
  [...items].sort((a, b) => timeOf(a) - timeOf(b) || compare(a, b))

/** The complete items of a truncated answer: drop the oldest ms unless it is the only one. */
const certainOf = <T>(items: readonly [T, ...T[]], { timeOf }: Times<T>, to: number): Part<T> => {
  const cut = timeOf(items[0])
  const after = items.filter(item => timeOf(item) > cut)
  return after.length > 0 ? { from: cut + 1, to, items: after } : { from: cut, to, items }
}

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0

/** Applies the server's answer for a window. */
export const withAnswer = <T>(
  reading: Reading<T>,
  times: Times<T>,
  window: TimeRange,
  { items, hasMore }: Answered<T>,
): Reading<T> => {
  const { cut, moves, timeOf } = times
  const { from, to } = window
  // A server may take the bounds as those of whole bars. Do not emit a bar twice.
  const within = moves ? items : items.filter(item => timeOf(item) >= from && timeOf(item) <= to)
  const ordered = inOrder(within, times)
  const half = halfOf(window)
  if (hasMore && half > 0 && isSome(ordered)) {
    // An item that moves may leave the unread part for the part that was read. Only reading forwards misses none.
    // If either end may be cut off, only a complete answer is sure to miss none.
    if (moves || cut === 'unknown') return { ...reading, length: half, page: undefined }
    const certain = certainOf(ordered, times, to)
    const length = Math.min(half, lengthOf(certain))
    return { ...reading, length, ahead: [certain, ...reading.ahead], page: undefined }
  }
  // An empty answer that says that there is more would be asked for again and again: stop.
  const isFull = hasMore && (half === 0 || !isSome(ordered))
  return {
    ...reading,
    full: isFull ? reading.full + 1 : 0,
    from: to + 1,
    length: Math.min(reading.longest, reading.length * 2),
    page: { from, to, items: ordered },
  }
}
