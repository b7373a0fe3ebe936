import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { ProtoOADepthQuote, ProtoOATickData, ProtoOATrendbar } from '../../protocol/messages/quotes'
import type { Bar, Level } from '../market/model/market'
import type { Unknowns } from '../model/unknowns'
import { MINUTE } from '../../time/constants'

/** A bar of history. It has no period, because the answer has one for all bars. */
export const toTrendbar = (
  { openedAt, open, high, low, close, volume }: Bar,
  highOfLowClose: Unknowns['highOfLowClose'] = 'sent',
): ProtoOATrendbar => {
  const isSent = close > low || highOfLowClose === 'sent'
  return {
    volume,
    low,
    deltaOpen: open - low,
    deltaClose: close - low,
    ...((isSent || highOfLowClose === 'zero') && { deltaHigh: isSent ? high - low : 0 }),
    utcTimestampInMinutes: openedAt / MINUTE,
  }
}

/** A forming bar. It has no close: that is the bid of its event. */
export const toLiveTrendbar = (
  period: ProtoOATrendbarPeriod,
  { openedAt, open, high, low, volume }: Bar,
): ProtoOATrendbar => ({
  volume,
  period,
  low,
  deltaOpen: open - low,
  deltaHigh: high - low,
  utcTimestampInMinutes: openedAt / MINUTE,
})

/** One price of one side. */
export interface Price {
  readonly at: number
  readonly price: number
}

/** Prices, newest first. The first is absolute, each other one is the difference from the one before. */
export const toTickData = (prices: readonly Price[]): ProtoOATickData[] =>
  prices.map(({ at, price }, i) => {
    const before = prices[i - 1] ?? { at: 0, price: 0 }
    return { timestamp: at - before.at, tick: price - before.price }
  })

export const toDepthQuote = ({ id, side, price, size }: Level): ProtoOADepthQuote =>
  side === 'bid' ? { id, size, bid: price } : { id, size, ask: price }
