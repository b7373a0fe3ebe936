import { combineLatest, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { conversion, conversionRate, spots } from 'rx-ctrader'
import type { Account, AssetIdOrName } from 'rx-ctrader'

/** One unit of an asset in another one, at the current prices; `undefined` as long as one of them is not known. */
export const rateOf = (
  account: Account,
  from: AssetIdOrName,
  to: AssetIdOrName,
): Observable<number | undefined> =>
  conversion(account, from, to).pipe(
    switchMap(chain =>
      chain.length === 0
        ? of(1)
        : combineLatest(chain.map(({ symbolId }) => spots(account, symbolId))).pipe(
            map(quotes => conversionRate(chain, new Map(quotes.map(quote => [quote.symbolId, quote])))),
          ),
    ),
  )
