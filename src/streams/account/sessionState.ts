import { NEVER, Subject, defer, filter, finalize, of, share, takeUntil, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { getObserved } from '../../session/observed'
import { latest } from '../../session/state/latest'
import { accountOnLink } from './accountOnLink'
import type { AccountState } from './accountReducer'
import { isWhole } from './settleDraft'
import type { Settled } from './settleDraft'

/** How long the state of an account is kept after it was last of use, in ms, while others keep it authenticated. */
const KEPT = 600_000

/** The state of an account in one session, for any number of consumers. */
interface SessionState {
  readonly link: Link
  readonly settled$: Observable<Settled>
  /** The state if it is current. */
  readonly current: () => AccountState | undefined
  /** The last complete state, also from earlier sessions. */
  readonly last: () => AccountState | undefined
}

const createSessionState = (account: Account, link: Link, before: AccountState | undefined): SessionState => {
  const observed = getObserved(account)
  const isEnded$ = observed?.link$.pipe(filter(current => current !== link)) ?? NEVER
  const used$ = new Subject<void>()
  /** Has a subscriber while there is no consumer. */
  const drop$ = new Subject<void>()
  let usedAt = monotonicNow()
  let last = before
  let settled: Settled | undefined

  /** A state that was of no use for long is not kept. Looked at on use, so that it needs no timer. */
  const use = (): void => {
    const now = monotonicNow()
    if (now - usedAt >= KEPT) drop$.next()
    usedAt = now
    used$.next()
  }

  const shared$ = defer(() =>
    accountOnLink(
      link,
      account.accountId,
      last,
      defer(() => (drop$.observed ? used$ : of(undefined))),
    ),
  ).pipe(
    tap(now => {
      settled = now
      last = now.state
    }),
    finalize(() => {
      settled = undefined
    }),
    takeUntil(isEnded$),
    share({
      connector: () => latest<Settled>(),
      resetOnRefCountZero: () => {
        usedAt = monotonicNow()
        // Of another implementation of an account it is not known when its session ends.
        return observed ? drop$ : of(undefined)
      },
    }),
  )

  return {
    link,
    settled$: defer(() => {
      use()
      return shared$
    }),
    current: () => {
      use()
      return settled && isWhole(settled.draft) ? settled.state : undefined
    },
    last: () => last,
  }
}

const known = new WeakMap<Account, SessionState>()

const stateOn = (account: Account, link: Link): SessionState => {
  const before = known.get(account)
  if (before?.link === link) return before
  const state = createSessionState(account, link, before?.last())
  known.set(account, state)
  return state
}

/**
 * The state of an account on a link, kept up to date by events. After the last consumer has left, it is kept for some
 * time while others keep the account authenticated, so that it is not requested again for the next one. Then it is not
 * polled either: that is made up for when it is next used. It keeps neither the account nor the line. Completes when
 * the session ends. Parts that are as they were in the session before keep the same objects.
 */
export const sessionState = (account: Account, link: Link): Observable<Settled> =>
  stateOn(account, link).settled$

/** Follows the account on a link from now on, for those who come later. */
export const followState = (account: Account, link: Link): void => {
  sessionState(account, link)
    .subscribe({ error: () => undefined })
    .unsubscribe()
}

/**
 * The current state of an account, without a request. `undefined` when it is not followed, or when the state is not
 * current.
 */
export const currentState = (account: Account): AccountState | undefined => known.get(account)?.current()
