import { distinctUntilChanged, exhaustMap, filter, scan } from 'rxjs'
import type { Observable } from 'rxjs'
import { lots, pips, placeOrder, spots } from 'rx-ctrader'
import type { Account, OrderUpdate } from 'rx-ctrader'

// #region strategy
/** Buys when EURUSD gets cheap, and again only when it has been dear in between. */
export const buyDips = (
  account: Account,
  { cheap, dear }: { readonly cheap: number; readonly dear: number },
): Observable<OrderUpdate> =>
  spots(account, 'EURUSD').pipe(
    scan((isCheap, { ask }) => (isCheap ? ask < dear : ask <= cheap), false),
    distinctUntilChanged(),
    filter(isCheap => isCheap),
    exhaustMap(() =>
      placeOrder(account, {
        symbol: 'EURUSD',
        side: 'buy',
        type: 'market',
        volume: lots(0.1),
        stopLoss: pips(20),
      }),
    ),
  )
// #endregion
