import { defer, mergeMap } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOATrendbarPeriod } from '../protocol/messages/enums'
import type { Tick } from '../protocol/units'
import { barTimesOf } from '../time/barPeriods'

/** A bar that forms, or has. */
export interface Candle {
  readonly period: ProtoOATrendbarPeriod
  /** ms since the epoch, of the opening */
  readonly timestamp: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Ticks, not money: of both sides in the server's bars, in those of `toCandles` such as it gets. */
  readonly volume: number
  /** Whether it is complete; it is not emitted again then. */
  readonly closed: boolean
}

const withTick = ({ high, low, volume, ...candle }: Candle, { price }: Tick): Candle => ({
  ...candle,
  high: Math.max(high, price),
  low: Math.min(low, price),
  close: price,
  volume: volume + 1,
})

/**
 * Bars of any period from ticks of one side: the forming one after each tick, and once more, closed, when the first
 * tick of a later one has come, just before that one. Where there are no ticks there is no bar. Openings are the
 * server's: by UTC up to H1, above by the trading day, which opens at 17:00 New York. Bids make the prices of its bars,
 * and not the volume: that counts the ticks which come, and the server the changes of both sides.
 *
 * The first bar begins with the first tick, wherever in its time that was. A tick of a bar that is closed comes too
 * late and is left out. The last bar is not closed when the ticks complete: it may not have been the last tick of it.
 * Errors and completes with the ticks; throws for a number that is no period.
 *
 * ```ts
 * tick$.pipe(toCandles(ProtoOATrendbarPeriod.H4), filter(({ closed }) => closed))
 * ```
 */
export const toCandles = (period: ProtoOATrendbarPeriod): OperatorFunction<Tick, Candle> => {
  const barTimeAt = barTimesOf(period)
  return tick$ =>
    defer(() => {
      let forming: Candle | undefined
      let until = -Infinity
      return tick$.pipe(
        mergeMap(tick => {
          const { timestamp, price } = tick
          if (forming && timestamp < until) {
            if (timestamp < forming.timestamp) return []
            forming = withTick(forming, tick)
            return [forming]
          }
          const closed = forming && { ...forming, closed: true }
          const time = barTimeAt(timestamp)
          until = time.until
          forming = {
            period,
            timestamp: time.from,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 1,
            closed: false,
          }
          return closed ? [closed, forming] : [forming]
        }),
      )
    })
}
