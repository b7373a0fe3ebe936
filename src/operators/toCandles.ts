import { defer, mergeMap } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOATrendbarPeriod } from '../protocol/messages/enums'
import type { Tick } from '../protocol/units'
import { barTimeFinder, toPeriodNumber } from '../time/barPeriods'
import type { Period } from '../time/barPeriods'

/** A bar, forming or complete. */
export interface Candle {
  readonly period: ProtoOATrendbarPeriod
  /** ms since the epoch, of the opening */
  readonly timestamp: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /**
   * The number of ticks, not money. The server's bars count both sides; those of `toCandles` count the ticks that
   * they get.
   */
  readonly volume: number
  /** Whether it is complete. It is not emitted again then. */
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
 * Bars of any period from ticks of one side. Emits the forming bar after each tick. When the first tick of a later
 * bar comes, it first emits the finished bar once more, closed. There is no bar for a time without ticks. Bars open
 * as the server's do: by UTC up to H1, above that by the trading day, which opens at 17:00 New York. From bids,
 * prices equal the server's, but volumes do not: the server counts changes of both sides.
 *
 * The first bar begins with the first tick, wherever in its period that is. A tick for a closed bar is too late and
 * is ignored. When the ticks complete, the last bar stays open, because more of its ticks may exist. Errors and
 * completes with the ticks. Throws `InvalidOption` for an invalid period.
 *
 * ```ts
 * tick$.pipe(toCandles('H4'), filter(({ closed }) => closed))
 * ```
 */
export const toCandles = (period: Period): OperatorFunction<Tick, Candle> => {
  const periodNumber = toPeriodNumber(period)
  const barTimeAt = barTimeFinder(periodNumber)
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
            period: periodNumber,
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
