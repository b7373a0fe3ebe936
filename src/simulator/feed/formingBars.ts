import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { Bar, Market, Tick } from '../market/model/market'
import { MINUTE } from '../../time/constants'

/** The forming bars of one symbol: one for each period, for all subscribers. */
export interface FormingBars {
  /** Keeps exactly these periods, from the next tick on. */
  readonly keep: (periods: Iterable<ProtoOATrendbarPeriod>) => void
  /** Adds the next tick. While a period is kept, it must get every tick. */
  readonly take: (tick: Tick) => void
  /** The bar after the last tick; `undefined` while it has no price. */
  readonly get: (period: ProtoOATrendbarPeriod) => Bar | undefined
}

const grown = (
  { openedAt, open, high, low, close, volume }: Bar,
  { bid, ask, volume: added }: Tick,
): Bar => ({
  openedAt,
  open,
  high: bid === undefined ? high : Math.max(high, bid),
  low: bid === undefined ? low : Math.min(low, bid),
  close: bid ?? close,
  volume: volume + (added ?? (bid === undefined ? 0 : 1) + (ask === undefined ? 0 : 1)),
})

/**
 * Gives the market's own forming bars at every tick for a fraction of the work. Only the start of a bar is read
 * from the market; ticks make the rest.
 */
export const createFormingBars = (market: Market, symbolId: number): FormingBars => {
  const bars = new Map<ProtoOATrendbarPeriod, Bar | undefined>()
  let minute: number | undefined

  return {
    keep: periods => {
      const kept = new Set(periods)
      for (const period of bars.keys()) if (!kept.has(period)) bars.delete(period)
      for (const period of kept) if (!bars.has(period)) bars.set(period, undefined)
    },
    take: tick => {
      const nowMinute = Math.floor(tick.at / MINUTE)
      // Bars of all periods open on a full minute, so within a minute nothing has to be read.
      const sameMinute = nowMinute === minute
      minute = nowMinute
      for (const [period, bar] of bars) {
        const same = bar && (sameMinute || market.barOpening(symbolId, period, tick.at) === bar.openedAt)
        bars.set(period, same ? grown(bar, tick) : market.formingBar(symbolId, period, tick.at))
      }
    },
    get: period => bars.get(period),
  }
}
