import type { Bar, Market } from '../model/market'
import { HOUR } from '../../../time/constants'
import { toTradingDay, openingTime } from '../calendar/newYork'
import { countTicks } from './quotes'
import * as random from '../model/random'
import type { Series, TradedHour } from './series'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { ceil, floor, min } = Math
const { nth } = random

type FirstReach = Market['firstReach'] extends (symbolId: number, ...rest: infer Rest) => infer At
  ? (...rest: Rest) => At
  : never

/** No future is searched after this. */
const END = Date.UTC(2150, 0)

export interface ReachOptions {
  readonly series: Series
  readonly step: number
  /** The minimum distance of asks from the lowest bid of an hour, and the maximum from its highest. */
  readonly spread: { readonly least: number; readonly most: number }
}

/** Finds when a price is reached. Only reads the days, hours and ticks in which that is possible. */
export const createReach =
  ({ series, step, spread }: ReachOptions): FirstReach =>
  (side, beyond, price, after, until) => {
    const falling = beyond === 'atOrBelow'
    const goal = falling ? floor(price / step) : ceil(price / step)
    const [above, below] = side === 'bid' ? [0, 0] : [spread.most, spread.least]
    const isThere = (n: number): boolean => (falling ? n <= goal : n >= goal)
    const mayReach = (low: number, high: number): boolean => isThere(falling ? low + below : high + above)

    // A shift may come between a bid and its ask.
    const mightIn = ({ low, high }: Bar, from: number, to: number): boolean =>
      mayReach(low, high) || series.isShifted(from, to)

    const inTicks = (hour: TradedHour): number | undefined => {
      const prices = hour[side]
      const end = countTicks(hour, until)
      for (let i = countTicks(hour, after); i < end; i += 1)
        if (isThere(nth(prices, i))) return hour.start + nth(hour.time, i)
      return undefined
    }

    const { lowest, highest } = series.bounds()
    if (!mayReach(lowest, highest)) return undefined
    const lastDay = toTradingDay(min(until, END))
    for (let day = toTradingDay(after); day <= lastDay; day += 1) {
      const bar = series.dayBar(day)
      if (!bar || !mightIn(bar, bar.openedAt, openingTime(day + 1))) continue
      for (const hourBar of series.hourBars(day)) {
        const { openedAt } = hourBar
        if (openedAt + HOUR <= after || openedAt > until) continue
        const hour = mightIn(hourBar, openedAt, openedAt + HOUR) && series.hourAt(openedAt)
        const at = hour ? inTicks(hour) : undefined
        if (at !== undefined) return at
      }
    }
    return undefined
  }
