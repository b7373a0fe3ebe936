import { distinctUntilChanged, filter, map, merge, of, scan, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import {
  blank,
  stateOf,
  withExecution,
  withMargin,
  withReconciled,
  withTrader,
  withTraderUpdate,
  withTrailingStop,
} from '../operators/accountState'
import type { AccountState, Draft } from '../operators/accountState'
import { PayloadType } from '../protocol/payloadType'
import { messagesOf } from '../session/accountMessages'
import type { Account } from '../session/account'
import { accountLinks, answerOn } from './live'
import { sharedBy } from './shared'

/** What is known of an account, and whether it is what the server has now: not while the line is down. */
export interface Standing {
  readonly state: AccountState
  readonly isCurrent: boolean
}

/** What is known of an account on a link: the answers with the events, which are listened to before anything is asked. */
const draftsOn = (link: Link, accountId: number): Observable<Draft> => {
  const account = { ctidTraderAccountId: accountId }
  return merge(
    messagesOf(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
      map(({ payload }) => withExecution(payload)),
    ),
    messagesOf(link, accountId, PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT).pipe(
      map(({ payload }) => withTrailingStop(payload)),
    ),
    messagesOf(link, accountId, PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT).pipe(
      map(({ payload }) => withMargin(payload)),
    ),
    messagesOf(link, accountId, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT).pipe(
      map(({ payload }) => withTraderUpdate(payload.trader)),
    ),
    answerOn(link, () => link.request(PayloadType.PROTO_OA_TRADER_REQ, account)).pipe(
      map(({ trader }) => withTrader(trader)),
    ),
    answerOn(link, () => link.request(PayloadType.PROTO_OA_RECONCILE_REQ, account)).pipe(map(withReconciled)),
  ).pipe(scan((draft, act) => act(draft), blank))
}

const standings = sharedBy<Standing>()

/**
 * What is known of an account, in one piece, so that no consumer sees the balance of one moment with the positions of
 * another: asked on each link it is authenticated on, and kept by events.
 */
export const standing = (account: Account): Observable<Standing> =>
  standings(account, '', () =>
    accountLinks(account).pipe(
      switchMap(link => (link ? draftsOn(link, account.accountId) : of(blank))),
      scan((before: Standing | undefined, draft): Standing | undefined => {
        const state = stateOf(draft, before?.state)
        if (state) return { state, isCurrent: true }
        return before && { ...before, isCurrent: false }
      }, undefined),
      filter(known => known !== undefined),
      distinctUntilChanged((a, b) => a.isCurrent === b.isCurrent && a.state === b.state),
    ),
  )

/** One part of it, as long as it stays the same only once. */
export const partOf = <K extends keyof AccountState>(
  account: Account,
  part: K,
): Observable<AccountState[K]> =>
  standing(account).pipe(
    map(({ state }) => state[part]),
    distinctUntilChanged(),
  )
