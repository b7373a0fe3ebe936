import type { Candle } from '../../operators/toCandles'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { toPrice } from '../../protocol/units'
import { withPrices } from '../../protocol/wireBar'
import type { WireBar } from '../../protocol/wireBar'

/** A bar of bid prices of one symbol, forming or closed. */
export interface SymbolCandle extends Candle {
  readonly symbolId: number
}

/** Which candles, and how many closed ones come first. */
export interface CandlesOf {
  readonly symbolId: number
  readonly period: ProtoOATrendbarPeriod
  readonly history: number
}

/** What is known of the candles of a symbol. */
export interface CandleState {
  /** The latest closed candles, as many as a late consumer gets. */
  readonly closed: readonly SymbolCandle[]
  readonly forming: WireBar
  /** What a consumer that is already subscribed gets. */
  readonly news: readonly SymbolCandle[]
}

const lastOf = <T>(list: readonly T[], count: number): readonly T[] =>
  list.slice(Math.max(0, list.length - count))

const toCandle = ({ symbolId, period }: CandlesOf, bar: WireBar, closed: boolean): SymbolCandle => ({
  symbolId,
  period,
  ...withPrices(bar, toPrice),
  closed,
})

/** The next state, with the bars that closed since, and the forming one. */
export const nextCandles = (
  of: CandlesOf,
  before: CandleState | undefined,
  closed: readonly WireBar[],
  forming: WireBar,
): CandleState => {
  const newlyClosed = closed.map(bar => toCandle(of, bar, true))
  const closedBefore = before?.closed ?? []
  return {
    closed: newlyClosed.length > 0 ? lastOf([...closedBefore, ...newlyClosed], of.history) : closedBefore,
    forming,
    news: [...newlyClosed, toCandle(of, forming, false)],
  }
}

/** Everything that a new consumer gets. */
export const stateCandles = (of: CandlesOf, { closed, forming }: CandleState): readonly SymbolCandle[] => [
  ...closed,
  toCandle(of, forming, false),
]
