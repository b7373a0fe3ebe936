import {
  ProtoOACommissionType,
  ProtoOAMinCommissionType,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import { chainRate } from '../../market/model/conversion'
import type { ListedSymbol, Market } from '../../market/model/market'
import type { Unknowns } from '../../model/unknowns'
import { round } from './rounding'

/** The divisor for a price in 1/100000 times a volume in cents of a unit. */
const PRICE_TIMES_VOLUME = 10_000_000
const WIRE_SCALE = 100_000
/** Precise rates are in 10^-8, percentages in 10^-5. */
const PRECISE = 100_000_000
const PRECISE_PERCENT = 100_000
const MILLION = 1_000_000

/** Converts amounts of assets into the account's money. */
export interface Purse {
  readonly market: Market
  readonly profitRate: Unknowns['profitRate']
  readonly depositAssetId: number
  readonly moneyDigits: number
}

/** 1 for a buy, -1 for a sell. */
export const sideSign = (tradeSide: ProtoOATradeSide): 1 | -1 => (tradeSide === ProtoOATradeSide.BUY ? 1 : -1)

/** The value of one unit of the quote asset, for converting a profit. */
export const quoteRate = (
  { market, profitRate, depositAssetId }: Purse,
  { light: { quoteAssetId } }: ListedSymbol,
  at: number,
): number => {
  const chain = market.conversionChain(quoteAssetId, depositAssetId)
  return profitRate === 'mid' || !chain
    ? market.rate(quoteAssetId, depositAssetId, at)
    : chainRate(chain, quoteAssetId, symbolId => market.quoteAt(symbolId, at).bid / WIRE_SCALE)
}

export const baseRate = ({ market, depositAssetId }: Purse, { light }: ListedSymbol, at: number): number =>
  market.rate(light.baseAssetId, depositAssetId, at)

const assetNamed = ({ catalogue }: Market, name: string): number | undefined =>
  catalogue.assets.find(asset => asset.name === name)?.assetId

/** One unit of the base asset in USD; 0 if the market has no dollars. */
export const usdRate = (market: Market, { light }: ListedSymbol, at: number): number => {
  const usd = assetNamed(market, 'USD')
  return usd === undefined ? 0 : market.rate(light.baseAssetId, usd, at)
}

/**
 * (close − entry) × units, in money; with the opposite sign for sells. It multiplies before it divides, so that a
 * half stays exact, and rounds once.
 */
export const grossProfit = (
  { moneyDigits }: Purse,
  trade: { readonly tradeSide: ProtoOATradeSide; readonly entry: number; readonly volume: number },
  price: number,
  quoteToDeposit: number,
): number =>
  round(
    ((sideSign(trade.tradeSide) * (price - trade.entry) * trade.volume * 10 ** moneyDigits) /
      PRICE_TIMES_VOLUME) *
      quoteToDeposit,
  )

/** The cost of one side before the minimum commission, as an amount of an asset. */
const tariff = (
  { terms, light }: ListedSymbol,
  usd: number,
  volume: number,
  price: number,
  usdPerUnit: number,
): { readonly assetId: number; readonly amount: number } => {
  const rate = terms.preciseTradingCommissionRate ?? 0
  const units = volume / 100
  const lots = volume / terms.lotSize
  switch (terms.commissionType) {
    case ProtoOACommissionType.USD_PER_LOT:
      return { assetId: usd, amount: (rate / PRECISE) * lots }
    case ProtoOACommissionType.PERCENTAGE_OF_VALUE: {
      const value = (price * volume) / PRICE_TIMES_VOLUME
      return { assetId: light.quoteAssetId, amount: (rate / PRECISE_PERCENT / 100) * value }
    }
    case ProtoOACommissionType.QUOTE_CCY_PER_LOT:
      return { assetId: light.quoteAssetId, amount: (rate / PRECISE) * lots }
    default:
      return { assetId: usd, amount: ((rate / PRECISE) * units * usdPerUnit) / MILLION }
  }
}

/** The commission of one side of a trade: negative, or 0. */
export const tradeCommission = (
  purse: Purse,
  symbol: ListedSymbol,
  volume: number,
  price: number,
  at: number,
): number => {
  const { market, depositAssetId, moneyDigits } = purse
  const { terms, light } = symbol
  const usd = assetNamed(market, 'USD') ?? depositAssetId
  const inDeposit = (amount: number, assetId: number): number =>
    amount === 0 ? 0 : amount * market.rate(assetId, depositAssetId, at)
  const { assetId, amount } = tariff(symbol, usd, volume, price, usdRate(market, symbol, at))
  const least = (terms.preciseMinCommission ?? 0) / PRECISE
  const leastAsset =
    terms.minCommissionType === ProtoOAMinCommissionType.QUOTE_CURRENCY
      ? light.quoteAssetId
      : (assetNamed(market, terms.minCommissionAsset ?? 'USD') ?? usd)
  return round(-Math.max(inDeposit(amount, assetId), inDeposit(least, leastAsset)) * 10 ** moneyDigits)
}

/** The fee for converting a profit or loss into another currency: negative, or 0. */
export const conversionFee = (
  { depositAssetId }: Purse,
  { terms, light }: ListedSymbol,
  gross: number,
): number =>
  light.quoteAssetId === depositAssetId
    ? 0
    : round((-Math.abs(gross) * (terms.pnlConversionFeeRate ?? 0)) / 10_000)
