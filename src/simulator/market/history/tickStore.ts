import type { QuoteSide } from '../../../protocol/side'
import { nth } from '../model/random'
import type { Bar, Market, Quote, Tick } from '../model/market'
import type { TickColumns } from './columns'
import { createPriceBlocks } from './priceBlocks'

/** When the bar that holds a time opens. */
type OpeningAt = (at: number) => number

type Range = Parameters<Market['barsBetween']>[2]

/** The ticks of one symbol, in 1/100000. */
export interface TickStore {
  /** After the last tick at or before a time; `undefined` before the first. */
  readonly quoteAt: (at: number) => Quote | undefined
  readonly nextTick: (after: number) => Tick
  readonly ticksBetween: (from: number, to: number) => Iterable<Tick>
  readonly ticksBack: (from: number, to: number) => Iterable<Tick>
  readonly firstReach: (
    side: QuoteSide,
    beyond: 'atOrBelow' | 'atOrAbove',
    price: number,
    after: number,
    until: number,
  ) => number | undefined
  /** The lowest and the highest price of a side after the ticks from one time to another, both included. */
  readonly range: (
    side: QuoteSide,
    from: number,
    to: number,
  ) => { readonly lowest: number; readonly highest: number }
  /** The bar that holds a time, from the ticks up to that time. */
  readonly formingBar: (openingAt: OpeningAt, at: number) => Bar | undefined
  /** As `barsBetween` of the market. */
  readonly barsBetween: (openingAt: OpeningAt, range: Range) => Bar[]
  /**
   * The first and the last tick of a bar, if the price came to the tick of a time inside this bar. `undefined` if it
   * came from one tick to the next at once.
   */
  readonly barAround: (at: number) => { readonly from: number; readonly until: number } | undefined
  /** Moves all prices after a time, by a number of steps. */
  readonly shift: (by: number, at: number) => void
}

/** A guess, for how far to go back at first for a number of bars. */
const TICKS_A_BAR = 4

/** The ticks of a history; `step` is the smallest step of the price, in 1/100000. */
export const createTickStore = (columns: TickColumns, step: number): TickStore => {
  const { count, time, volume, within } = columns
  // Prices are copied before they are changed, because other markets may read the same columns.
  let { bid, ask } = columns
  const timeAt = (i: number): number => time[i] ?? 0
  let blocks = { bid: createPriceBlocks(bid), ask: createPriceBlocks(ask) }
  /** The last answer: times are mostly asked for in rising order. */
  let last = 0

  const until = (at: number): number => {
    if (last === 0 || timeAt(last - 1) <= at) {
      if (last === count || timeAt(last) > at) return last
      if (last + 1 === count || timeAt(last + 1) > at) return (last += 1)
    }
    let from = 0
    let to = count
    while (from < to) {
      const middle = (from + to) >>> 1
      if (timeAt(middle) <= at) from = middle + 1
      else to = middle
    }
    last = from
    return from
  }

  const tick = (i: number): Tick => {
    const [newBid, newAsk] = [nth(bid, i), nth(ask, i)]
    // A tick has the sides that changed, and both if none did.
    const bidChanged = i === 0 || newBid !== nth(bid, i - 1)
    const askChanged = i === 0 || newAsk !== nth(ask, i - 1)
    const both = bidChanged === askChanged
    return {
      at: timeAt(i),
      ...((both || bidChanged) && { bid: newBid * step }),
      ...((both || askChanged) && { ask: newAsk * step }),
      volume: nth(volume, i),
    }
  }

  const firstReach: TickStore['firstReach'] = (side, beyond, price, after, last) => {
    const goal = beyond === 'atOrBelow' ? Math.floor(price / step) : Math.ceil(price / step)
    const end = until(last)
    const found = blocks[side].firstReach(beyond, goal, until(after), end)
    return found === undefined ? undefined : timeAt(found)
  }

  const range: TickStore['range'] = (side, from, to) => {
    const end = until(to)
    const { lowest, highest } = blocks[side].range(Math.max(0, until(from) - 1), end)
    return { lowest: lowest * step, highest: highest * step }
  }

  /** Bars of the ticks from one index up to but not including another, oldest first. */
  const fold = (from: number, to: number, openingAt: OpeningAt): Bar[] => {
    const bars: Bar[] = []
    for (let i = from; i < to;) {
      const openedAt = openingAt(timeAt(i))
      const open = nth(bid, i)
      let high = open
      let low = open
      let changes = 0
      let next = i
      // All periods open on a full minute, so the opening is looked up once a minute.
      let minute = Math.floor(timeAt(i) / 60_000)
      for (; next < to; next += 1) {
        const itsMinute = Math.floor(timeAt(next) / 60_000)
        if (itsMinute !== minute) {
          if (openingAt(timeAt(next)) !== openedAt) break
          minute = itsMinute
        }
        const price = nth(bid, next)
        if (price > high) high = price
        if (price < low) low = price
        changes += nth(volume, next)
      }
      bars.push({
        openedAt,
        open: open * step,
        high: high * step,
        low: low * step,
        close: nth(bid, next - 1) * step,
        volume: changes,
      })
      i = next
    }
    return bars
  }

  const beginningOf = (openingAt: OpeningAt, at: number): number => until(openingAt(at) - 1)

  /** The index after the last tick of the bar that holds a time, up to a time. */
  const endOfBar = (openingAt: OpeningAt, at: number, now: number): number => {
    const opening = openingAt(at)
    const last = until(now)
    let end = until(at)
    while (end < last && openingAt(timeAt(end)) === opening) end += 1
    return end
  }

  const barsBetween: TickStore['barsBetween'] = (openingAt, { from, to, now, count = Infinity }) => {
    if (to < from || count <= 0) return []
    const end = endOfBar(openingAt, Math.min(to, now), now)
    const first = until(from - 1)
    for (let size = TICKS_A_BAR * count; ; size *= 2) {
      const isAll = size >= end - first
      const start = isAll ? first : beginningOf(openingAt, timeAt(end - size))
      const bars = fold(start, end, openingAt).filter(({ openedAt }) => openedAt >= from)
      if (isAll || bars.length >= count) return count === Infinity ? bars : bars.slice(-count)
    }
  }

  return {
    quoteAt: at => {
      const i = until(at) - 1
      return i < 0 ? undefined : { bid: nth(bid, i) * step, ask: nth(ask, i) * step, at: timeAt(i) }
    },
    nextTick: after => {
      const i = until(after)
      return i < count ? tick(i) : { at: Infinity }
    },
    *ticksBetween(from, to) {
      const end = until(to)
      for (let i = until(from - 1); i < end; i += 1) yield tick(i)
    },
    *ticksBack(from, to) {
      const end = until(from - 1)
      for (let i = until(to) - 1; i >= end; i -= 1) yield tick(i)
    },
    firstReach,
    range,
    formingBar: (openingAt, at) => fold(beginningOf(openingAt, at), until(at), openingAt)[0],
    barsBetween,
    barAround: at => {
      let first = until(at) - 1
      if (first < 0 || within[first] !== 1) return undefined
      let last = first
      while (within[first] === 1) first -= 1
      while (last + 1 < count && within[last + 1] === 1) last += 1
      return { from: timeAt(first), until: timeAt(last) }
    },
    shift: (by, at) => {
      if (bid === columns.bid) [bid, ask] = [bid.slice(), ask.slice()]
      for (let i = until(at); i < count; i += 1) {
        bid[i] = nth(bid, i) + by
        ask[i] = nth(ask, i) + by
      }
      blocks = { bid: createPriceBlocks(bid), ask: createPriceBlocks(ask) }
    },
  }
}
