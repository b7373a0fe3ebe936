import { defer, distinctUntilChanged, map, mergeMap, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { initialDraft } from './accountReducer'
import type { AccountState } from './accountReducer'
import { sessionState } from './sessionState'
import { isWhole } from './settleDraft'
import type { Account } from '../../session/account'
import { accountLinks } from '../sharing/accountLinks'
import { shareByKey } from '../sharing/shareByKey'

/**
 * What is known of an account. `isCurrent` says whether the server has the same now; it is false while the line is
 * down.
 */
export interface AccountSnapshot {
  readonly state: AccountState
  readonly isCurrent: boolean
}

const snapshots = shareByKey<AccountSnapshot>()

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
          link ? sessionState(account, link) : of({ draft: initialDraft, state: undefined }),
        ),
        mergeMap(({ draft, state }): AccountSnapshot[] => {
          const isCurrent = isWhole(draft)
          // What was known before this stream had its first consumer may be too old.
          if (isCurrent) last = state
          return last ? [{ state: last, isCurrent }] : []
        }),
      )
    }).pipe(distinctUntilChanged((a, b) => a.isCurrent === b.isCurrent && a.state === b.state)),
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
