import { endWith, forkJoin, map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'
import { symbol } from '../streams/symbols'
import { checkNewOrder } from './check'
import type { NewOrderFrame } from './frame'
import type { NewOrder } from './newOrder'
import { clockFor, termsOfAccount } from './permissions'
import { orThrow } from './rules/invalid'

/**
 * A new order as it may be sent: emits it once and completes. Errors with `InvalidOrder`, `UnknownSymbol` or
 * `WrongEnvironment`, and sends no order. What is not known yet is asked for, all at the same time; while it is known
 * it emits at once.
 */
export const checked = (account: Account, order: NewOrder): Observable<NewOrderFrame> =>
  forkJoin({
    terms: symbol(account, order.symbol).pipe(take(1)),
    trader: termsOfAccount(account),
    permitted: account.mayTrade$.pipe(endWith(true)),
  }).pipe(map(({ terms, trader }) => orThrow(checkNewOrder(order, { terms, trader, now: clockFor(trader) }))))
