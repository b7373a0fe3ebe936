import {
  Subject,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import {
  initialDraft,
  withExecution,
  withMargin,
  withReconciled,
  withTrader,
  withTraderUpdate,
  withTrailingStop,
} from './accountReducer'
import type { AccountState, Act, Draft } from './accountReducer'
import { isBehind, isBehindTrader } from './missedChanges'
import { isWhole, settleDraft } from './settleDraft'
import type { Settled } from './settleDraft'
import { PayloadType } from '../../protocol/payloadType'
import type { AccountMessageType, Payload } from '../../protocol/table'
import { accountMessages } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { pollState } from '../sharing/polling'
import { accountLinks } from '../sharing/accountLinks'
import { retryOnLink } from '../sharing/persist'
import { shareByKey } from '../sharing/shareByKey'

/**
 * What is known of an account. `isCurrent` says whether the server has the same now; it is false while the line is
 * down.
 */
export interface AccountSnapshot {
  readonly state: AccountState
  readonly isCurrent: boolean
}

/**
 * Follows an account on one link, starting from what was known before. It listens to events before it sends a
 * request, so that no change is lost in between. It asks again when it finds that an event was missed.
 */
const knownOn = (link: Link, accountId: number, before: AccountState | undefined): Observable<Settled> =>
  defer(() => {
    const account = { ctidTraderAccountId: accountId }
    const missed$ = new Subject<void>()
    let known: Settled = { draft: initialDraft, state: before }
    const noting =
      <T>(isMissed: (draft: Draft, said: T) => boolean) =>
      (said: T): void => {
        if (isMissed(known.draft, said)) missed$.next()
      }
    const told = <T extends AccountMessageType>(
      payloadType: T,
      act: (payload: Payload<T>, now: number) => Act,
    ): Observable<Act> =>
      accountMessages(link, accountId, payloadType).pipe(
        map(({ payload }) => act(payload, asyncScheduler.now())),
      )
    const ask = (): Observable<Act> => {
      const at = asyncScheduler.now()
      return merge(
        retryOnLink(link, () => link.request(PayloadType.PROTO_OA_TRADER_REQ, account)).pipe(
          map(({ trader }) => trader),
          tap(noting(isBehindTrader)),
          map(withTrader),
        ),
        retryOnLink(link, () => link.request(PayloadType.PROTO_OA_RECONCILE_REQ, account)).pipe(
          map(answer => withReconciled(answer, at)),
        ),
      )
    }
    return merge(
      told(PayloadType.PROTO_OA_EXECUTION_EVENT, (payload, now) => {
        noting(isBehind)(payload)
        return withExecution(payload, now)
      }),
      told(PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT, withTrailingStop),
      told(PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT, withMargin),
      told(PayloadType.PROTO_OA_TRADER_UPDATE_EVENT, ({ trader }) => withTraderUpdate(trader)),
      pollState(link, accountId, ask, missed$),
    ).pipe(map(act => (known = settleDraft(act(known.draft), known.state))))
  })

const snapshots = shareByKey<AccountSnapshot>()

/** The latest state of each account that has a consumer. */
const known = new WeakMap<Account, AccountSnapshot>()

/**
 * The current state of an account, without a request. `undefined` when no stream of the account has a consumer, or
 * when the state is not current.
 */
export const currentState = (account: Account): AccountState | undefined => {
  const accountSnapshot = known.get(account)
  return accountSnapshot?.isCurrent === true ? accountSnapshot.state : undefined
}

/**
 * Everything known of an account in one value, so that no consumer combines the balance of one moment with the
 * positions of another. Requested on each link and kept up to date by events.
 */
export const accountSnapshot = (account: Account): Observable<AccountSnapshot> =>
  snapshots(account, '', () =>
    defer(() => {
      let last: AccountState | undefined
      return accountLinks(account).pipe(
        switchMap(link =>
          link ? knownOn(link, account.accountId, last) : of({ draft: initialDraft, state: last }),
        ),
        tap(({ state }) => {
          last = state
        }),
      )
    }).pipe(
      mergeMap(({ draft, state }) => (state ? [{ state, isCurrent: isWhole(draft) }] : [])),
      distinctUntilChanged((a, b) => a.isCurrent === b.isCurrent && a.state === b.state),
      tap(snapshot => {
        known.set(account, snapshot)
      }),
      finalize(() => {
        known.delete(account)
      }),
    ),
  )

/** One part of the state, emitted when it changes. */
export const accountPart = <K extends keyof AccountState>(
  account: Account,
  part: K,
): Observable<AccountState[K]> =>
  accountSnapshot(account).pipe(
    map(({ state }) => state[part]),
    distinctUntilChanged(),
  )
