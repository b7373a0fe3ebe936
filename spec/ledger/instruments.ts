import type { Rate } from './money'
import type { Side } from './records'

export interface Instrument {
  readonly symbolId: number
  readonly name: string
  readonly digits: number
  readonly pipPosition: number
  readonly baseAssetId: number
  readonly quoteAssetId: number
  /** The bid that it begins with, and the ask above it, in 1/100000. */
  readonly bid: number
  readonly spread: number
  /** One step of its price. */
  readonly step: number
}

export const EURUSD = 1
export const USDJPY = 4

export const assets = [
  { assetId: 1, name: 'EUR', digits: 2 },
  { assetId: 2, name: 'USD', digits: 2 },
  { assetId: 3, name: 'JPY', digits: 0 },
] as const

/** The asset of the account's money. */
export const DEPOSIT_ASSET = 2

export const instruments: readonly Instrument[] = [
  {
    symbolId: EURUSD,
    name: 'EURUSD',
    digits: 5,
    pipPosition: 4,
    baseAssetId: 1,
    quoteAssetId: 2,
    bid: 110_000,
    spread: 8,
    step: 1,
  },
  {
    symbolId: USDJPY,
    name: 'USDJPY',
    digits: 3,
    pipPosition: 2,
    baseAssetId: 2,
    quoteAssetId: 3,
    bid: 14_500_000,
    spread: 900,
    step: 100,
  },
]

export const instrumentOf = (symbolId: number): Instrument | undefined =>
  instruments.find(one => one.symbolId === symbolId)

/** What the market asks and bids. */
export interface Prices {
  readonly quote: (symbolId: number) => { readonly bid: number; readonly ask: number }
  readonly move: (symbolId: number, steps: number) => void
  /** What an order of that side is filled at: the ask if it buys. */
  readonly at: (symbolId: number, side: Side) => number
  /** What of the quote asset is one unit of the account's money. */
  readonly rate: (symbolId: number) => Rate
}

export const createPrices = (): Prices => {
  const bids = new Map(instruments.map(({ symbolId, bid }) => [symbolId, bid]))
  const quote: Prices['quote'] = symbolId => {
    const bid = bids.get(symbolId) ?? NaN
    return { bid, ask: bid + (instrumentOf(symbolId)?.spread ?? NaN) }
  }
  return {
    quote,
    move: (symbolId, steps) => {
      bids.set(symbolId, (bids.get(symbolId) ?? NaN) + steps * (instrumentOf(symbolId)?.step ?? NaN))
    },
    at: (symbolId, side) => quote(symbolId)[side === 1 ? 'ask' : 'bid'],
    rate: symbolId => {
      if (instrumentOf(symbolId)?.quoteAssetId === DEPOSIT_ASSET) return { numerator: 1n, denominator: 1n }
      const { bid, ask } = quote(USDJPY)
      return { numerator: BigInt(bid + ask), denominator: 200_000n }
    },
  }
}
