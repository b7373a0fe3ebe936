import { Subject, asyncScheduler, defer, map, merge, tap } from 'rxjs'
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
import { settleDraft } from './settleDraft'
import type { Settled } from './settleDraft'
import { PayloadType } from '../../protocol/payloadType'
import type { AccountMessageType, Payload } from '../../protocol/table'
import { accountMessages } from '../../session/state/accountMessages'
import { pollState } from '../sharing/polling'
import { retryOnLink } from '../sharing/persist'

/**
 * Follows an account on one link, starting from what was known before. It listens to events before it sends a
 * request, so that no change is lost in between. It asks again when it finds that an event was missed, and
 * from time to time while `needed$` emits.
 */
export const accountOnLink = (
  link: Link,
  accountId: number,
  before: AccountState | undefined,
  needed$: Observable<unknown>,
): Observable<Settled> =>
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
      pollState(link, accountId, ask, { missed$, needed$ }),
    ).pipe(map(act => (known = settleDraft(act(known.draft), known.state))))
  })
