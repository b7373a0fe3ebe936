import { toSide } from '../../protocol/side'
import type { QuoteSide, Side } from '../../protocol/side'
import { ProtoOATradeSide } from '../../protocol/messages/enums'
import type { KnownPrices } from '../../operators/mergeQuote'
import type { ProtoOAPosition } from '../../protocol/messages/positions'

/** What closing a position now would bring, in 10^-moneyDigits of the deposit currency. */
export interface PositionPnl {
  readonly positionId: number
  readonly symbolId: number
  readonly side: Side
  /** By the price alone. */
  readonly gross: number
  /** After swaps and the opening commission, before the closing commission. */
  readonly net: number
  /** The value is the server's last answer (2187), up to some seconds old, because quotes do not give it. */
  readonly fromServer?: true
}

/** Rounds to the nearest whole number, halves away from zero, and never to -0. */
const round = (n: number): number => (n < 0 ? 0 - Math.floor(0.5 - n) : Math.floor(n + 0.5))

const PRICE_SCALE = 100_000
/** The divisor for a price in 1/100000 times a volume in cents of a unit. */
const PRICE_TIMES_VOLUME = 10_000_000
/**
 * The significant digits of a price. A product may have more digits that come from binary rounding:
 * 204801000.00000003 is 2048.01.
 */
const SURE_DIGITS = 15

const entries = new WeakMap<ProtoOAPosition, number>()

/**
 * The entry price of a position in 1/100000. It lies between two of these units if it is an average of fills.
 * Calculated once per position: decimals are slow, and quotes are many.
 */
const entryOf = (position: ProtoOAPosition, price: number): number => {
  const known = entries.get(position)
  if (known !== undefined) return known
  const entry = Number((price * PRICE_SCALE).toPrecision(SURE_DIGITS))
  entries.set(position, entry)
  return entry
}

/** The side at which a position would be closed: the bid for a buy, the ask for a sell. */
export const exitSide = ({ tradeData }: ProtoOAPosition): QuoteSide =>
  tradeData.tradeSide === ProtoOATradeSide.BUY ? 'bid' : 'ask'

/** Whether the server has an entry price. A price of 0 means that it has none. */
export const hasEntry = ({ price }: ProtoOAPosition): boolean => price !== undefined && price !== 0

/**
 * The profit of a position at prices in 1/100000, converted from its quote asset to the deposit asset by the given rate. Buys
 * are closed at the bid, sells at the ask. It is rounded once, to the last digit. It multiplies before it divides,
 * because a half must stay exact: 0.285 * 100 is just under 28.5. `undefined` without an entry price, or without a
 * price on the side that counts.
 */
export const positionProfit = (
  position: ProtoOAPosition,
  prices: Pick<KnownPrices, 'bid' | 'ask'>,
  rate: number,
  moneyDigits: number,
): PositionPnl | undefined => {
  const { positionId, price, swap, commission = 0, tradeData } = position
  const exit = prices[exitSide(position)]
  if (price === undefined || !hasEntry(position) || exit === undefined) return undefined
  const { symbolId, tradeSide, volume } = tradeData
  const entry = entryOf(position, price)
  const gain = tradeSide === ProtoOATradeSide.BUY ? exit - entry : entry - exit
  const gross = round(((gain * volume * 10 ** moneyDigits) / PRICE_TIMES_VOLUME) * rate)
  return { positionId, symbolId, side: toSide(tradeSide), gross, net: gross + swap + commission }
}

/** Whether two states of a position have the same value at the same quote. */
export const isWorthTheSame = (a: ProtoOAPosition, b: ProtoOAPosition): boolean =>
  a.price === b.price &&
  a.swap === b.swap &&
  (a.commission ?? 0) === (b.commission ?? 0) &&
  a.tradeData.volume === b.tradeData.volume &&
  a.tradeData.tradeSide === b.tradeData.tradeSide &&
  a.tradeData.symbolId === b.tradeData.symbolId
