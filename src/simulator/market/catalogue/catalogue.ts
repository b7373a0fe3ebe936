import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  ProtoOASymbolDistanceType,
  ProtoOATradingMode,
} from '../../../protocol/messages/enums'
import type { Character } from '../model/character'
import type { Catalogue, ListedSymbol } from '../model/market'
import { assetClasses, findAssetId, assets, categories, findWalker } from './assets'
import { leverages } from './leverages'
import { contracts } from './contracts'
import { currencies } from './currencies'
import type { Listing } from './listing'
import { SCHEDULE_TIME_ZONE } from './schedules'

const MOST_EXPOSURE = 10_000_000_000_000
const MONEY_SCALE = 100_000_000
const PERCENT_SCALE = 100_000
const SWAP_TIME = 21 * 60 // minutes since 00:00 UTC: 17:00 New York in summer

/** Units in cents of a unit, as volumes are. */
const inCents = (units: number): number => Math.round(units * 100)

const termsOf = ({
  id,
  base,
  group,
  digits,
  pip,
  lot,
  least,
  most,
  commission,
  leastCommission = 0,
  swap: [swapLong, swapShort],
  conversionFee = 0,
  closeOnly = false,
}: Listing): ListedSymbol['terms'] => {
  const isPercentage = group.terms.commissionType === ProtoOACommissionType.PERCENTAGE_OF_VALUE
  return {
    ...group.terms,
    symbolId: id,
    digits,
    pipPosition: pip,
    enableShortSelling: true,
    guaranteedStopLoss: false,
    swapLong,
    swapShort,
    maxVolume: inCents(lot * most),
    minVolume: inCents(lot * least),
    stepVolume: inCents(lot * least),
    maxExposure: MOST_EXPOSURE,
    // Deprecated, but the live server still sends it, and minCommission too.
    commission: Math.round(commission * 100),
    slDistance: 0,
    tpDistance: 0,
    gslDistance: 0,
    gslCharge: 0,
    distanceSetIn: ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_POINTS,
    minCommission: Math.round(leastCommission * 100),
    minCommissionType: ProtoOAMinCommissionType.CURRENCY,
    minCommissionAsset: 'USD',
    rolloverCommission: 0,
    skipRolloverDays: 0,
    scheduleTimeZone: SCHEDULE_TIME_ZONE,
    tradingMode: closeOnly ? ProtoOATradingMode.CLOSE_ONLY_MODE : ProtoOATradingMode.ENABLED,
    rolloverCommission3Days: ProtoOADayOfWeek.MONDAY,
    lotSize: inCents(lot),
    preciseTradingCommissionRate: Math.round(commission * (isPercentage ? PERCENT_SCALE : MONEY_SCALE)),
    preciseMinCommission: Math.round(leastCommission * MONEY_SCALE),
    holiday: [],
    pnlConversionFeeRate: conversionFee,
    swapPeriod: 24,
    swapTime: SWAP_TIME,
    skipSWAPPeriods: 0,
    measurementUnits: group.terms.measurementUnits ?? base,
    gslScheduleId: 0,
  }
}

const lightOf = (
  { id, name, base, quote, category, description }: Listing,
  i: number,
): ListedSymbol['light'] => ({
  symbolId: id,
  symbolName: name,
  enabled: true,
  baseAssetId: findAssetId(base),
  quoteAssetId: findAssetId(quote),
  symbolCategoryId: category,
  description,
  sortingNumber: i + 1,
})

const listings = [...currencies, ...contracts]

export const catalogue: Catalogue = {
  assets,
  assetClasses,
  categories,
  symbols: listings.map((listing, i) => ({ light: lightOf(listing, i), terms: termsOf(listing) })),
  leverages,
}

const characters = new Map<number, Character>(
  listings.map(({ id, base, quote, group, price, sweep, changes, spread, extraSpread }) => [
    id,
    {
      price,
      up: findWalker(base),
      down: findWalker(quote),
      sweep,
      changes,
      spread,
      extraSpread,
      hours: group.hours,
    },
  ]),
)

/** How the price of a symbol moves. */
export const priceCharacter = (symbolId: number): Character => {
  const character = characters.get(symbolId)
  if (!character) throw new Error(`no symbol ${symbolId}`)
  return character
}
