import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  ProtoOASwapCalculationType,
} from '../../protocol/messages/enums'
import type { AssetIdOrName, Side, SymbolDetails } from '../../index'

/** An amount of an asset: money, or what it is worth in money. */
export interface Amount {
  readonly value: number
  readonly asset: AssetIdOrName
}

/** What is charged, in words and as an amount; several amounts are of different assets, and the largest counts. */
export interface Charge {
  readonly tariff: string
  readonly amounts: readonly Amount[]
}

/** The parts of a commission in the official messages. */
const PRECISE = 1e8
const PRECISE_PERCENT = 1e5
const MILLION = 1e6
const DAYS_OF_A_YEAR = 365
const HOURS_OF_A_DAY = 24

/** Money with two decimals, a rate with those that it has. */
const plain = (value: number): string => String(Number(value.toFixed(8)))

/** What is traded. `units` are of the base asset, whose value in USD counts for some commissions. */
export interface Trade {
  readonly terms: SymbolDetails
  readonly side: Side
  readonly units: number
  readonly price: number
}

const lotsIn = ({ terms: { lotSize = 0 }, units }: Trade): number =>
  lotSize > 0 ? (units * 100) / lotSize : 0

/** The commission before its minimum. A value of the base asset in USD is an amount of that asset. */
const basicCharge = (trade: Trade): Charge => {
  const { terms, units, price } = trade
  const { baseAssetId = 0, quoteAssetId = 0, commissionType, preciseTradingCommissionRate = 0 } = terms
  const rate = preciseTradingCommissionRate / PRECISE
  switch (commissionType) {
    case ProtoOACommissionType.USD_PER_LOT:
      return { tariff: `${plain(rate)} USD a lot`, amounts: [{ value: rate * lotsIn(trade), asset: 'USD' }] }
    case ProtoOACommissionType.QUOTE_CCY_PER_LOT:
      return {
        tariff: `${plain(rate)} of the quote currency a lot`,
        amounts: [{ value: rate * lotsIn(trade), asset: quoteAssetId }],
      }
    case ProtoOACommissionType.PERCENTAGE_OF_VALUE: {
      const percent = preciseTradingCommissionRate / PRECISE_PERCENT
      return {
        tariff: `${plain(percent)} %`,
        amounts: [{ value: (percent / 100) * units * price, asset: quoteAssetId }],
      }
    }
    default:
      return {
        tariff: `${plain(rate)} USD per million USD`,
        amounts: [{ value: (rate / MILLION) * units, asset: baseAssetId }],
      }
  }
}

/** The commission of one side of a trade; `undefined` if there is none. */
export const commissionCharge = (trade: Trade): Charge | undefined => {
  const {
    preciseMinCommission = 0,
    minCommissionType,
    minCommissionAsset = 'USD',
    quoteAssetId = 0,
  } = trade.terms
  const { tariff, amounts } = basicCharge(trade)
  const isQuote = minCommissionType === ProtoOAMinCommissionType.QUOTE_CURRENCY
  const least = { value: preciseMinCommission / PRECISE, asset: isQuote ? quoteAssetId : minCommissionAsset }
  const all = [...amounts, least].filter(({ value }) => value > 0)
  if (all.length === 0) return undefined
  const minimum = `at least ${plain(least.value)} ${isQuote ? 'of the quote currency' : minCommissionAsset}`
  return { tariff: least.value > 0 ? `${tariff}, ${minimum}` : tariff, amounts: all }
}

const dayName = (day: ProtoOADayOfWeek): string => {
  const [name = ''] = Object.entries(ProtoOADayOfWeek).find(([, number]) => number === day) ?? []
  return `${name.charAt(0)}${name.slice(1).toLowerCase()}`
}

/** The swap of one period: negative if it is charged. `undefined` if there is none. */
export const swapCharge = ({ terms, side, units, price }: Trade): Charge | undefined => {
  const {
    swapLong = 0,
    swapShort = 0,
    swapCalculationType,
    quoteAssetId = 0,
    swapPeriod = HOURS_OF_A_DAY,
  } = terms
  const swap = side === 'buy' ? swapLong : swapShort
  if (swap === 0) return undefined
  const isPercent = swapCalculationType === ProtoOASwapCalculationType.PERCENTAGE
  const isPoints = swapCalculationType === ProtoOASwapCalculationType.POINTS
  const perUnit = isPercent
    ? (swap / 100 / DAYS_OF_A_YEAR) * price
    : swap / 10 ** (isPoints ? terms.digits : terms.pipPosition)
  const unit = isPercent ? '% a year' : isPoints ? 'points' : 'pips'
  const period = swapPeriod === HOURS_OF_A_DAY ? 'a day' : `every ${swapPeriod} hours`
  const tripleDay = terms.swapRollover3Days ?? ProtoOADayOfWeek.MONDAY
  const triple = tripleDay === ProtoOADayOfWeek.NONE ? '' : `, triple on ${dayName(tripleDay)}`
  return {
    tariff: `${period}: ${plain(swap)} ${unit}${triple}`,
    amounts: [{ value: perUnit * units, asset: quoteAssetId }],
  }
}
