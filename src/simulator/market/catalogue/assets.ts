import type {
  ProtoOAAsset,
  ProtoOAAssetClass,
  ProtoOASymbolCategory,
} from '../../../protocol/messages/symbols'
import type { Walker } from '../model/character'
import { omitUndefined } from '../../../util/omitUndefined'

/** An asset, and how much it moves in a day, as a part of its value. */
interface AssetTerms extends ProtoOAAsset {
  readonly pace: number
  readonly weekends?: boolean
}

const terms: readonly AssetTerms[] = [
  { assetId: 1, name: 'USD', displayName: 'US Dollar', digits: 2, pace: 0.0025 },
  { assetId: 2, name: 'EUR', displayName: 'Euro', digits: 2, pace: 0.003 },
  { assetId: 3, name: 'GBP', displayName: 'British Pound', digits: 2, pace: 0.0034 },
  { assetId: 4, name: 'JPY', displayName: 'Japanese Yen', digits: 0, pace: 0.004 },
  { assetId: 5, name: 'CHF', displayName: 'Swiss Franc', digits: 2, pace: 0.0034 },
  { assetId: 6, name: 'AUD', displayName: 'Australian Dollar', digits: 2, pace: 0.004 },
  { assetId: 7, name: 'CAD', displayName: 'Canadian Dollar', digits: 2, pace: 0.003 },
  { assetId: 8, name: 'NZD', displayName: 'New Zealand Dollar', digits: 2, pace: 0.0044 },
  { assetId: 9, name: 'XAU', displayName: 'Gold', digits: 2, pace: 0.008 },
  { assetId: 10, name: 'XAG', displayName: 'Silver', digits: 2, pace: 0.014 },
  { assetId: 11, name: 'BTC', displayName: 'Bitcoin', digits: 8, pace: 0.02, weekends: true },
  { assetId: 12, name: 'ETH', displayName: 'Ethereum', digits: 8, pace: 0.026, weekends: true },
  { assetId: 13, name: 'US500', displayName: 'US 500', digits: 2, pace: 0.008 },
  { assetId: 14, name: 'DE40', displayName: 'Germany 40', digits: 2, pace: 0.009 },
  { assetId: 15, name: 'AAPL.US', displayName: 'Apple', digits: 2, pace: 0.013 },
  { assetId: 16, name: 'TSLA.US', displayName: 'Tesla', digits: 2, pace: 0.025 },
]

export const assets: readonly ProtoOAAsset[] = terms.map(({ assetId, name, displayName, digits }) => ({
  assetId,
  name,
  ...omitUndefined({ displayName, digits }),
}))

const find = (name: string): AssetTerms => {
  const found = terms.find(asset => asset.name === name)
  if (!found) throw new Error(`no asset ${name}`)
  return found
}

export const findAssetId = (name: string): number => find(name).assetId

export const findWalker = (name: string): Walker => {
  const { assetId, pace, weekends = false } = find(name)
  return { assetId, pace, weekends }
}

export const assetClasses: readonly ProtoOAAssetClass[] = [
  { id: 1, name: 'Forex', sortingNumber: 1 },
  { id: 2, name: 'Metals', sortingNumber: 2 },
  { id: 3, name: 'Indices', sortingNumber: 3 },
  { id: 4, name: 'Crypto Currency', sortingNumber: 4 },
  { id: 5, name: 'Equities', sortingNumber: 5 },
]

export const FX_MAJORS = 1
export const FX_MINORS = 2
export const METALS = 3
export const INDICES = 4
export const CRYPTO = 5
export const US_SHARES = 6

export const categories: readonly ProtoOASymbolCategory[] = [
  { id: FX_MAJORS, assetClassId: 1, name: 'Majors', sortingNumber: 1 },
  { id: FX_MINORS, assetClassId: 1, name: 'Minors', sortingNumber: 2 },
  { id: METALS, assetClassId: 2, name: 'Spot Metals', sortingNumber: 3 },
  { id: INDICES, assetClassId: 3, name: 'Cash Indices', sortingNumber: 4 },
  { id: CRYPTO, assetClassId: 4, name: 'Cryptocurrencies', sortingNumber: 5 },
  { id: US_SHARES, assetClassId: 5, name: 'US Shares', sortingNumber: 6 },
]
