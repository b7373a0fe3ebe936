import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import type { Bar, Level, Market, Quote, Tick } from '../../../src/simulator/market/model/market'

const MINUTE = 60_000

const { M1, M2, M3, M4, M5, M10, M15, M30, H1, H4, H12, D1, W1, MN1 } = ProtoOATrendbarPeriod
export const allPeriods = [M1, M2, M3, M4, M5, M10, M15, M30, H1, H4, H12, D1, W1, MN1] as const
const minutes = [1, 2, 3, 4, 5, 10, 15, 30, 60, 240, 720, 1440, 10_080, 43_200]

const spanOf = (period: number): number => (minutes[period - 1] ?? NaN) * MINUTE

/** Ten levels a side, one point apart; those of every third point are thick where the minute is even. */
const bookOf = ({ bid, ask }: Quote, at: number): Level[] =>
  (['bid', 'ask'] as const).flatMap(side =>
    Array.from({ length: 10 }, (_, depth) => {
      const price = side === 'bid' ? bid - depth : ask + depth
      const thick = price % 3 === 0 && Math.floor(at / MINUTE) % 2 === 0
      return { id: price * 2 + (side === 'bid' ? 0 : 1), side, price, size: thick ? 900_000 : 100_000 }
    }),
  )

/**
 * A market of a few known ticks, by symbol, each looked up the slow and simple way. The first tick of a symbol has both
 * sides. Days begin at midnight UTC.
 */
export const tapeMarket = (tapes: Readonly<Record<number, readonly Tick[]>>): Market => {
  const upTo = (symbolId: number, at: number): readonly Tick[] =>
    (tapes[symbolId] ?? []).filter(tick => tick.at <= at)
  const quoteAt = (symbolId: number, at: number): Quote =>
    upTo(symbolId, at).reduce<Quote>(
      (quote, tick) => ({ bid: tick.bid ?? quote.bid, ask: tick.ask ?? quote.ask, at: tick.at }),
      { bid: NaN, ask: NaN, at: NaN },
    )
  const barOpening: Market['barOpening'] = (_, period, at) => at - (at % spanOf(period))

  const formingBar: Market['formingBar'] = (symbolId, period, at): Bar | undefined => {
    const openedAt = barOpening(symbolId, period, at)
    const ticks = upTo(symbolId, at).filter(tick => tick.at >= openedAt)
    const bids = ticks.flatMap(({ bid }) => (bid === undefined ? [] : [bid]))
    const [open, close] = [bids[0], bids.at(-1)]
    if (open === undefined || close === undefined) return undefined
    const volume = ticks.flatMap(({ bid, ask }) => [bid, ask]).filter(side => side !== undefined).length
    return { openedAt, open, high: Math.max(...bids), low: Math.min(...bids), close, volume }
  }

  return {
    quoteAt,
    barOpening,
    formingBar,
    nextTick: (symbolId, after) =>
      (tapes[symbolId] ?? []).find(tick => tick.at > after) ?? { at: Infinity, bid: NaN },
    bookAt: (symbolId, at) => bookOf(quoteAt(symbolId, at), at),
    sessionClose: (symbolId, at) => quoteAt(symbolId, barOpening(symbolId, D1, at) - 1).bid,
  } satisfies Partial<Market> as unknown as Market
}
