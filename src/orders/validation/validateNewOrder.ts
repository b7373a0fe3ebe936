import { defer, forkJoin, map, of, take } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { knownTerms, symbolTerms } from '../../streams/symbols/symbols'
import type { SymbolDetails } from '../../streams/symbols/symbols'
import { checkNewOrder } from './checkNewOrder'
import type { NewOrderFrame } from './newOrderRequest'
import type { NewOrder } from '../model/newOrder'
import { plausibleClock, withRights, requestRights } from './rights'
import type { Entitled } from './rights'

const termsFor = (account: Account, { symbol }: NewOrder): Observable<SymbolDetails> =>
  symbolTerms(account, symbol).pipe(take(1))

/** Uses our clock only if the account's rights were requested: they tell whether the clock can be right. */
const checkedBy =
  (order: NewOrder) =>
  ({ needed: terms, rights: { trader, isAsked } }: Entitled<SymbolDetails>): NewOrderFrame =>
    checkNewOrder(order, { terms, trader, now: isAsked ? plausibleClock(trader) : undefined })

/**
 * A new order for the wire, checked as far as possible. Emits once and completes. Errors with `InvalidOrder`,
 * `UnknownSymbol` or `WrongEnvironment`; sends no order. What is unknown is requested, all at the same time.
 */
export const validateNewOrder = (account: Account, order: NewOrder): Observable<NewOrderFrame> =>
  forkJoin({ needed: termsFor(account, order), rights: requestRights(account) }).pipe(map(checkedBy(order)))

/** The same for an order that is about to leave: if the terms of its symbol are known, it waits for nothing else. */
export const validateForDispatch = (
  account: Account,
  link: Link,
  order: NewOrder,
): Observable<NewOrderFrame> =>
  defer(() => {
    const known = knownTerms(account, link, order.symbol)
    return withRights(account, link, known ? of(known) : termsFor(account, order))
  }).pipe(map(checkedBy(order)))
