import { EMPTY, defer, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { getObserved } from '../../session/observed'
import { accountLinks, whenAuthenticated } from '../sharing/accountLinks'
import { feedCarrier } from '../sharing/feedCarrier'
import { oncePer } from '../../util/oncePer'

/** Where the prices of an account come from: the account itself, or another one of its feed. */
export interface PriceSource {
  /** The link on which prices are subscribed; `undefined` while there is none. */
  readonly link$: Observable<Link | undefined>
  /** The account of a link: its requests and its events have the id of this account. */
  readonly accountOn: (link: Link) => Account
  /** Emits when a subscription on a link may be given back. Completes without a value if there is nothing to do. */
  readonly mayClose: (link: Link) => Observable<unknown>
  /** Whether its prices come from another account from now on, so that what is subscribed there is given back. */
  readonly isOver: (link: Link) => boolean
}

const ownSource = oncePer<Account, PriceSource>(account => ({
  link$: accountLinks(account),
  accountOn: () => account,
  mayClose: () => whenAuthenticated(account),
  isOver: () => false,
}))

const feedSource = oncePer((carrier: ReturnType<typeof feedCarrier>): PriceSource => {
  const { accountOn, hasFailed, isOver, link$ } = carrier
  return {
    link$,
    accountOn,
    isOver,
    mayClose: link =>
      defer(() => {
        const account = accountOn(link)
        // A failed account must not log in again for this.
        return hasFailed(account) ? EMPTY : whenAuthenticated(account)
      }),
  }
})

/** The source of an account's prices, the same object for all accounts of a feed. */
export const priceSource = (account: Account): PriceSource => {
  const feed = getObserved(account)?.feed
  return feed ? feedSource(feedCarrier(feed)) : ownSource(account)
}

/** Reads prices for an account. Errors with the account, also if another one carries the feed. */
export const readPrices = <T>(
  account: Account,
  read: (source: PriceSource) => Observable<T>,
): Observable<T> => {
  const feed = getObserved(account)?.feed
  const price$ = read(priceSource(account))
  // Used first, so that the feed has a carrier.
  return feed ? merge(feedCarrier(feed).useOf(account), price$) : price$
}
