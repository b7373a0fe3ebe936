import type { Rows, ServerList } from './pageBackwards'

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

/** A list that is read range by range. */
export interface RangeList<T> extends ServerList<T> {
  /** The longest range that the server allows, in ms. */
  readonly longest: number
  /** The order of rows with the same time. Default: as they came. */
  readonly idOf?: (row: T) => number
  /** Whether the time of a row changes when the row changes. */
  readonly moves?: boolean
}

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
export const takeReadAhead = <T>(reading: Reading<T>): Reading<T> | undefined => {
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
export const narrow = <T>(reading: Reading<T>, window: TimeRange): Reading<T> => {
  const longest = halfOf(window)
  return { ...reading, length: longest, longest, page: undefined }
}

/** The rows of a range, oldest first. */
const inOrder = <T>(rows: readonly T[], { timeOf, idOf = () => 0 }: RangeList<T>): readonly T[] =>
  [...rows].sort((a, b) => timeOf(a) - timeOf(b) || idOf(a) - idOf(b))

/** Emits a window with all its items. */
const emitted = <T>(reading: Reading<T>, page: Part<T>, full: number): Reading<T> => ({
  ...reading,
  full,
  from: page.to + 1,
  length: Math.min(reading.longest, reading.length * 2),
  page,
})

/** The complete items of a truncated answer: drop the oldest ms unless it is the only one. */
const certainOf = <T>(items: readonly T[], { timeOf }: RangeList<T>, { from, to }: TimeRange): Part<T> => {
  const [oldest = from] = items.map(timeOf)
  const after = items.filter(item => timeOf(item) > oldest)
  return after.length > 0 ? { from: oldest + 1, to, items: after } : { from: oldest, to, items }
}

/** Keeps the certain part of a window for later, and goes on with what is before it. */
const keptAhead = <T>(reading: Reading<T>, certain: Part<T>, half: number): Reading<T> => ({
  ...reading,
  length: Math.min(half, lengthOf(certain)),
  ahead: [certain, ...reading.ahead],
  page: undefined,
})

/** Applies the server's answer for a window. */
export const withAnswer = <T>(
  reading: Reading<T>,
  list: RangeList<T>,
  window: TimeRange,
  { rows, hasMore }: Rows<T>,
): Reading<T> => {
  const { cut = 'unknown', moves = false, timeOf } = list
  // A server may take the bounds as those of whole bars. Do not emit a bar twice.
  const within = moves ? rows : rows.filter(row => timeOf(row) >= window.from && timeOf(row) <= window.to)
  const items = inOrder(within, list)
  const half = halfOf(window)
  if (!hasMore) return emitted(reading, { ...window, items }, 0)
  // One ms cannot be read in parts. An empty answer that says that there is more would be asked for again and again.
  if (half === 0 || items.length === 0) return emitted(reading, { ...window, items }, reading.full + 1)
  // An item that moves may leave the unread part for the part that was read. Only reading forwards misses none.
  // If either end may be cut off, only a complete answer is sure to miss none.
  if (moves || cut === 'unknown') return { ...reading, length: half, page: undefined }
  return keptAhead(reading, certainOf(items, list, window), half)
}
