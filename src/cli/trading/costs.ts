import { catchError, combineLatest, filter, map, of, switchMap, take, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import { assets, conversion, conversionRate, spots, trader } from '../../index'
import type { Account, AssetIdOrName, Quote } from '../../index'
import { commissionCharge, swapCharge } from './charges'
import type { Amount, Charge, Trade } from './charges'

/** How long prices for a conversion may take, in ms. A market may be closed; the order does not need them. */
const LONGEST = 5_000

/** One unit of an asset in another one, at the current prices. */
const rate = (account: Account, from: AssetIdOrName, to: AssetIdOrName): Observable<number> =>
  conversion(account, from, to).pipe(
    take(1),
    switchMap(chain => {
      if (chain.length === 0) return of(1)
      return combineLatest(chain.map(({ symbolId }) => spots(account, symbolId))).pipe(
        take(1),
        map(quotes => conversionRate(chain, new Map(quotes.map(quote => [quote.symbolId, quote])))),
        filter(found => found !== undefined),
      )
    }),
  )

/** The largest of some amounts, in the account's money; `undefined` if the prices for it do not come. */
const inMoney = (
  account: Account,
  amounts: readonly Amount[],
  deposit: number,
): Observable<number | undefined> =>
  combineLatest(
    amounts.map(({ asset, value }) => rate(account, asset, deposit).pipe(map(factor => value * factor))),
  ).pipe(
    map(values => values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))),
    timeout({ first: LONGEST }),
    catchError(() => of(undefined)),
  )

/** What a trade costs, as texts: in the currency of the account if the prices for that are known. */
export interface Costs {
  readonly currency: string
  readonly spread: string
  readonly commission: string
  readonly swap: string
}

const none = of('none')

/** An amount in the account's money, and its tariff. */
const chargeText = (
  account: Account,
  charge: Charge | undefined,
  { deposit, currency }: { readonly deposit: number; readonly currency: string },
  text: (money: string, tariff: string) => string,
): Observable<string> =>
  charge
    ? inMoney(account, charge.amounts, deposit).pipe(
        map(money =>
          money === undefined ? charge.tariff : text(`${money.toFixed(2)} ${currency}`, charge.tariff),
        ),
      )
    : none

/** What a trade would cost at the current prices: the spread, the commission and the swap. Emits once. */
export const costs = (account: Account, trade: Trade, { spread }: Quote): Observable<Costs> =>
  combineLatest([trader(account), assets(account)]).pipe(
    take(1),
    switchMap(([{ depositAssetId, swapFree }, all]) => {
      const currency = all.find(({ assetId }) => assetId === depositAssetId)?.name ?? ''
      const money = { deposit: depositAssetId, currency }
      const { terms, units } = trade
      const pips = `${(spread * 10 ** terms.pipPosition).toFixed(1)} pips`
      const value = { value: spread * units, asset: terms.quoteAssetId ?? 0 }
      const swapFreeText = 'none: the account is swap-free'
      return combineLatest({
        currency: of(currency),
        spread: chargeText(
          account,
          { tariff: pips, amounts: [value] },
          money,
          (amount, tariff) => `${tariff}, ${amount}`,
        ),
        commission: chargeText(
          account,
          commissionCharge(trade),
          money,
          (amount, tariff) => `${amount} to open, and about as much to close (${tariff})`,
        ),
        swap: swapFree
          ? of(swapFreeText)
          : chargeText(account, swapCharge(trade), money, (amount, tariff) => `${amount} ${tariff}`),
      })
    }),
    take(1),
  )
