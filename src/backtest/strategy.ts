import type { ObservableInput } from 'rxjs'
import type { Account } from '../session/account'

/**
 * A strategy: what to do with an account. It is subscribed once the account is authenticated, and unsubscribed at the
 * end. What it emits is not used. The same function runs in a backtest, on paper and live.
 *
 * ```ts
 * const buyOnce: Strategy<{ volume: number }> = (account, { volume }) =>
 *   placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(volume) })
 * ```
 */
export type Strategy<P = object> = (account: Account, params: P) => ObservableInput<unknown>
