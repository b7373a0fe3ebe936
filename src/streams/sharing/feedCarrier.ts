import { BehaviorSubject, Observable, asapScheduler, distinctUntilChanged, share } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import type { Feed } from '../../session/feeds'
import { oncePer } from '../../util/oncePer'
import { accountLinks } from './accountLinks'
import { oneTurn } from './shareByKey'

/** Of the accounts of a feed that use its prices, one has the subscriptions on the server for all. */
export interface FeedCarrier {
  /** The link of the account that carries the feed; `undefined` while no account is authenticated. */
  readonly link$: Observable<Link | undefined>
  readonly accountOn: (link: Link) => Account
  /** Whether another account carries the feed now. */
  readonly isOver: (link: Link) => boolean
  /** Whether the account has failed. Then it must not be kept alive. */
  readonly hasFailed: (account: Account) => boolean
  /** Uses the prices for an account while subscribed. Never emits; errors with the account. */
  readonly useOf: (account: Account) => Observable<never>
}

/**
 * The account that carries a feed stays the same while it is authenticated and uses the prices itself. Then another one
 * takes over: of those that are authenticated, the one that has used the prices for the longest time.
 */
export const feedCarrier = oncePer<Feed, FeedCarrier>(() => {
  const users = new Map<Account, Link | undefined>()
  const accounts = new WeakMap<Link, Account>()
  const failed = new WeakSet<Account>()
  const link$ = new BehaviorSubject<Link | undefined>(undefined)

  const choose = (): void => {
    const links = [...users.values()]
    if (link$.value && links.includes(link$.value)) return
    link$.next(links.find(link => link !== undefined))
  }
  const note = (account: Account, link: Link | undefined): void => {
    users.set(account, link)
    if (link) accounts.set(link, account)
    choose()
  }
  const accountOn = (link: Link): Account => {
    const account = accounts.get(link)
    if (!account) throw new Error('the link is of no account of the feed')
    return account
  }

  const use = (account: Account): Observable<never> =>
    new Observable(subscriber => {
      failed.delete(account)
      subscriber.add(() => {
        users.delete(account)
        // In the next turn, when all have left that leave together: another one must not take over for a moment.
        asapScheduler.schedule(choose)
      })
      subscriber.add(
        accountLinks(account).subscribe({
          next: link => {
            note(account, link)
          },
          error: (error: unknown) => {
            failed.add(account)
            subscriber.error(error)
          },
        }),
      )
    })

  return {
    link$: link$.pipe(distinctUntilChanged()),
    accountOn,
    isOver: link => link$.value !== undefined && link$.value !== link,
    hasFailed: account => failed.has(account),
    useOf: oncePer((account: Account) => use(account).pipe(share({ resetOnRefCountZero: oneTurn }))),
  }
})
