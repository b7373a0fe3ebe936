import type { Candle } from '../../operators/toCandles'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { toPrice } from '../../protocol/units'
import { withPrices } from '../../protocol/wireBar'
import type { WireBar } from '../../protocol/wireBar'

/** A bar of bid prices of one symbol, forming or closed. */
export interface SymbolCandle extends Candle {
  readonly symbolId: number
  /**
   * Whether it had closed before it could come: it is of the history, or of the time in which the line was lost. A
   * strategy that acts on closed bars ignores these, apart from its averages.
   */
  readonly late: boolean
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

type Ending = Pick<SymbolCandle, 'closed' | 'late'>

const toCandle = ({ symbolId, period }: CandlesOf, bar: WireBar, ending: Ending): SymbolCandle => ({
  symbolId,
  period,
  ...withPrices(bar, toPrice),
  ...ending,
})

const forms: Ending = { closed: false, late: false }

/** The next state, with the bars that closed since, and the forming one. */
export const nextCandles = (
  of: CandlesOf,
  before: CandleState | undefined,
  { closed, late }: { readonly closed: readonly WireBar[]; readonly late: boolean },
  forming: WireBar,
): CandleState => {
  const newlyClosed = closed.map(bar => toCandle(of, bar, { closed: true, late }))
  const closedBefore = before?.closed ?? []
  return {
    closed: newlyClosed.length > 0 ? lastOf([...closedBefore, ...newlyClosed], of.history) : closedBefore,
    forming,
    news: [...newlyClosed, toCandle(of, forming, forms)],
  }
}

/** Everything that a new consumer gets. */
export const stateCandles = (of: CandlesOf, { closed, forming }: CandleState): readonly SymbolCandle[] => [
  ...closed.map(candle => ({ ...candle, late: true })),
  toCandle(of, forming, forms),
]
