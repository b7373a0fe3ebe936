import { combineLatest, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { lotsToCents, pipSize, trader } from 'rx-ctrader'
import type { Account, Lots, Quote, SymbolDetails } from 'rx-ctrader'
import { ProtoOACommissionType, ProtoOAMinCommissionType } from 'rx-ctrader/protocol'
import { rateOf } from '../shared/rates'

/** What one unit of an asset is worth in the account's money. */
export interface Rates {
  readonly quote: number | undefined
  readonly base: number | undefined
  readonly usd: number | undefined
  readonly minimum: number | undefined
}

/** What an order costs, in the account's money. */
export interface Costs {
  readonly spread: number
  /** To open; about as much comes to close. */
  readonly commission: number
  /** Without a stop loss, nothing limits it. */
  readonly lossAtStop: number | undefined
}

/** The rates for the costs of a symbol. */
export const ratesOf = (account: Account, terms: SymbolDetails): Observable<Rates> =>
  trader(account).pipe(
    switchMap(({ depositAssetId }) =>
      combineLatest({
        quote: rateOf(account, terms.quoteAssetId ?? 0, depositAssetId),
        base: rateOf(account, terms.baseAssetId ?? 0, depositAssetId),
        usd: rateOf(account, 'USD', depositAssetId),
        minimum:
          terms.minCommissionType === ProtoOAMinCommissionType.QUOTE_CURRENCY
            ? rateOf(account, terms.quoteAssetId ?? 0, depositAssetId)
            : rateOf(account, terms.minCommissionAsset ?? 'USD', depositAssetId),
      }),
    ),
  )

/** Commissions are in 10^-8 on the wire, those in per cent in 10^-5. */
const PRECISE = 1e8
const PRECISE_PERCENT = 1e5

const commissionOf = (
  terms: SymbolDetails,
  volume: Lots,
  units: number,
  price: number,
  { quote, base, usd, minimum }: Rates,
): number | undefined => {
  const { commissionType, preciseTradingCommissionRate = 0, preciseMinCommission = 0 } = terms
  const rate = preciseTradingCommissionRate / PRECISE
  const basic = (): number | undefined => {
    switch (commissionType) {
      case ProtoOACommissionType.USD_PER_LOT:
        return usd && rate * volume.lots * usd
      case ProtoOACommissionType.QUOTE_CCY_PER_LOT:
        return quote && rate * volume.lots * quote
      case ProtoOACommissionType.PERCENTAGE_OF_VALUE:
        return quote && (preciseTradingCommissionRate / PRECISE_PERCENT / 100) * units * price * quote
      default:
        return base && (rate / 1e6) * units * base
    }
  }
  const charged = basic()
  if (charged === undefined || minimum === undefined) return undefined
  return Math.max(charged, (preciseMinCommission / PRECISE) * minimum)
}

/** The costs of a volume; `undefined` as long as a rate for them is not known. */
export const costsOf = (
  terms: SymbolDetails,
  volume: Lots,
  stopLoss: number | null,
  { spread, ask }: Quote,
  rates: Rates,
): Costs | undefined => {
  const units = lotsToCents(volume, terms.lotSize ?? 0) / 100
  const commission = commissionOf(terms, volume, units, ask, rates)
  if (rates.quote === undefined || commission === undefined) return undefined
  const atStop =
    stopLoss === null
      ? undefined
      : stopLoss * pipSize(terms.pipPosition) * units * rates.quote + 2 * commission
  return { spread: spread * units * rates.quote, commission, lossAtStop: atStop }
}
