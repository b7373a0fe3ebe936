import { ProtoOATradeSide } from '../../protocol/messages/enums'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { toWirePrice } from '../../protocol/units'
import type { Sides } from '../market/lastQuote'

/** What closing a position now would bring, in 10^-moneyDigits of the deposit currency. */
export interface PositionPnl {
  readonly positionId: number
  readonly symbolId: number
  /** By the price alone. */
  readonly gross: number
  /** After its swaps and the commission of its opening, not after that of its closing. */
  readonly net: number
  /** Quotes do not tell its value: it is what the server has last answered (2187), up to some seconds ago. */
  readonly isAnswered?: true
}

/** The nearest whole number, a half away from zero, and never -0. */
const round = (n: number): number => (n < 0 ? 0 - Math.floor(0.5 - n) : Math.floor(n + 0.5))

const PRICE_SCALE = 100_000
/** What a price in 1/100000 times a volume in cents of a unit is to be divided by. */
const PRICE_TIMES_VOLUME = 10_000_000
/** What a price tells for sure: more digits of a product are of the binary number, 204801000.00000003 is 2048.01. */
const SURE_DIGITS = 15

const entries = new WeakMap<ProtoOAPosition, number>()

/**
 * What a position was opened at, in 1/100000, and between two of them where it is an average of fills. Told once of
 * each: decimals are slow, and quotes are many.
 */
const entryOf = (position: ProtoOAPosition, price: number): number => {
  const known = entries.get(position)
  if (known !== undefined) return known
  const entry = Number((price * PRICE_SCALE).toPrecision(SURE_DIGITS))
  entries.set(position, entry)
  return entry
}

/** What of a quote is known, in 1/100000. */
export interface WireSides {
  readonly bid: number | undefined
  readonly ask: number | undefined
}

const wirePrice = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : toWirePrice(price)

export const wireSides = ({ bid, ask }: Sides): WireSides => ({ bid: wirePrice(bid), ask: wirePrice(ask) })

/** Which side of a quote a position would be closed at: a buy at the bid, a sell at the ask. */
export const exitSide = ({ tradeData }: ProtoOAPosition): 'bid' | 'ask' =>
  tradeData.tradeSide === ProtoOATradeSide.BUY ? 'bid' : 'ask'

/** Whether the server says what it was opened at. Nothing costs 0. */
export const hasEntry = ({ price }: ProtoOAPosition): boolean => price !== undefined && price !== 0

/**
 * What a position would bring at a quote, by the rate of its quote asset in the deposit asset: buys are closed at the
 * bid, sells at the ask. Rounded once, to the last digit; multiplied before it is divided, since a half has to be one
 * still: 0.285 * 100 is just under 28.5. Nothing where the server does not say what it was opened at, or where the
 * side that counts is not quoted.
 */
export const profitOf = (
  position: ProtoOAPosition,
  sides: WireSides,
  rate: number,
  moneyDigits: number,
): PositionPnl | undefined => {
  const { positionId, price, swap, commission = 0, tradeData } = position
  const exit = sides[exitSide(position)]
  if (price === undefined || !hasEntry(position) || exit === undefined) return undefined
  const { symbolId, tradeSide, volume } = tradeData
  const entry = entryOf(position, price)
  const gain = tradeSide === ProtoOATradeSide.BUY ? exit - entry : entry - exit
  const gross = round(((gain * volume * 10 ** moneyDigits) / PRICE_TIMES_VOLUME) * rate)
  return { positionId, symbolId, gross, net: gross + swap + commission }
}

/** Whether two states of a position are worth the same at the same quote. */
export const isWorthTheSame = (a: ProtoOAPosition, b: ProtoOAPosition): boolean =>
  a.price === b.price &&
  a.swap === b.swap &&
  (a.commission ?? 0) === (b.commission ?? 0) &&
  a.tradeData.volume === b.tradeData.volume &&
  a.tradeData.tradeSide === b.tradeData.tradeSide &&
  a.tradeData.symbolId === b.tradeData.symbolId
