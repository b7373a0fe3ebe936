import type { Bar } from '../model/market'
import * as random from '../model/random'
import { BOTH } from './ticks'
import type { HourOfTicks } from './ticks'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { max, min } = Math
const { nth } = random

/**
 * The bar of the ticks from one index up to but not including another. At least one tick, and the first has a bid.
 */
export const barOfTicks = (
  hour: HourOfTicks,
  from: number,
  to: number,
  openedAt: number,
  begun?: Bar,
): Bar => {
  const { bid, sides } = hour
  const open = begun?.open ?? nth(bid, from)
  let high = begun?.high ?? open
  let low = begun?.low ?? open
  let volume = begun?.volume ?? 0
  for (let i = from; i < to; i += 1) {
    const price = nth(bid, i)
    if (price > high) high = price
    if (price < low) low = price
    volume += nth(sides, i) === BOTH ? 2 : 1
  }
  return { openedAt, open, high, low, close: nth(bid, to - 1), volume }
}

/** Consecutive bars merged into one. */
export const mergeBars = (bars: readonly Bar[], openedAt: number): Bar | undefined => {
  const [first] = bars
  const last = bars.at(-1)
  if (!first || !last) return undefined
  let { high, low } = first
  let volume = 0
  for (const bar of bars) {
    high = max(high, bar.high)
    low = min(low, bar.low)
    volume += bar.volume
  }
  return { openedAt, open: first.open, high, low, close: last.close, volume }
}

/** The bars of the days with trade, from one day up to but not including another. */
export const dayBars = (dayBar: (day: number) => Bar | undefined, from: number, to: number): Bar[] =>
  Array.from({ length: to - from }, (_, i) => dayBar(from + i)).filter(bar => bar !== undefined)
