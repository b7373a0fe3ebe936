import {
  EMPTY,
  asyncScheduler,
  catchError,
  concatMap,
  defer,
  endWith,
  ignoreElements,
  map,
  merge,
  of,
  share,
  shareReplay,
  switchMap,
  take,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { equity, symbol, toMoney, warmUp } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { masterDeals } from './masterDeals'
import type { Copied, CopyOptions, Copyable, Follower } from './model'
import { copied, keyOf, placeCopy, planOrder } from './placeCopy'
import { recoverCopies } from './recoverCopies'
import { ratioOf } from './sizing'

/** The equity of an account, kept current by all who need it. */
const equityOf = (account: Account): Observable<number> =>
  equity(account).pipe(
    map(of => toMoney(of.equity, of.moneyDigits)),
    shareReplay({ bufferSize: 1, refCount: true }),
  )

/** Keeps what orders need while subscribed, so that an order is one frame. */
const keepWarm = (
  account: Account,
  equity$: Observable<unknown>,
  symbols: readonly string[],
): Observable<never> =>
  merge(
    equity$,
    warmUp(account),
    // One that the account does not have is no reason to leave the others.
    ...symbols.map(name => warmUp(account, { symbols: [name] }).pipe(catchError(() => EMPTY))),
  ).pipe(
    ignoreElements(),
    // What is wrong with an account is the result of its deals.
    catchError(() => EMPTY),
  )

const copyTo = (
  options: CopyOptions,
  follower: Follower,
  equity$: Observable<number>,
): ((copyable: Copyable) => Observable<Copied>) => {
  const { log, maxAge } = options
  const { account, sizing, symbols = {} } = follower

  /** Sets the ratio of a position, once. */
  const setRatio = ({ deal, masterEquity, terms }: Copyable): Observable<unknown> => {
    const { accountId } = account
    const { positionId } = deal
    if (log.shareOf(accountId, positionId).ratio !== undefined) return of(undefined)
    return equity$.pipe(
      take(1),
      tap(followerEquity => {
        const masterLots = deal.volume / (terms.lotSize ?? 1)
        const ratio = ratioOf(sizing, { masterEquity, followerEquity, masterLots })
        log.write({ kind: 'ratio', follower: accountId, positionId, ratio })
      }),
    )
  }

  const isStale = ({ deal, receivedAt }: Copyable): boolean =>
    asyncScheduler.now() - Math.min(receivedAt, deal.executionTimestamp) > maxAge

  return copyable =>
    defer(() => {
      if (log.isClaimed(keyOf(follower, copyable))) return EMPTY
      const name = copyable.terms.symbolName ?? ''
      return setRatio(copyable).pipe(
        switchMap(() => symbol(account, symbols[name] ?? name)),
        take(1),
        concatMap(terms => {
          const plan = planOrder(log, follower, copyable, terms)
          if (!plan) return EMPTY
          return isStale(copyable) && !plan.isClosing
            ? of(copied(follower, copyable, 'missed'))
            : placeCopy(options, follower, copyable, plan)
        }),
      )
    })
}

const follow = (
  options: CopyOptions,
  follower: Follower,
  deal$: Observable<Copyable>,
): Observable<Copied> => {
  const { log, symbols = [] } = options
  const equity$ = follower.sizing.by === 'equity' ? equityOf(follower.account) : of(0)
  const copy = copyTo(options, follower, equity$)
  let isRecovered = false
  const recovered$ = recoverCopies(log, follower).pipe(
    endWith(undefined),
    tap(() => {
      isRecovered = true
    }),
    share(),
  )
  const ready$ = defer(() => (isRecovered ? of(undefined) : recovered$))
  return merge(
    keepWarm(
      follower.account,
      equity$,
      symbols.map(name => follower.symbols?.[name] ?? name),
    ),
    ready$.pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    ),
    deal$.pipe(
      concatMap(copyable =>
        ready$.pipe(
          concatMap(() => copy(copyable)),
          catchError(() => of(copied(follower, copyable, 'refused'))),
        ),
      ),
    ),
  )
}

/**
 * Copies the deals of a master to its followers: each deal at most once to each of them. A follower that refuses or is
 * away holds up no other. First it finds out what became of the orders of an earlier process.
 */
export const copyTrades = (options: CopyOptions): Observable<Copied> =>
  defer(() => {
    const { followers, master, symbols = [] } = options
    const needsEquity = followers.some(({ sizing }) => sizing.by === 'equity')
    const equity$ = needsEquity ? equityOf(master) : of(1)
    const deal$ = masterDeals(options, equity$).pipe(share())
    return merge(
      ...followers.map(follower => follow(options, follower, deal$)),
      keepWarm(master, equity$, symbols),
    )
  })
