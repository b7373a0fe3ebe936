import { asyncScheduler, catchError, defer, ignoreElements, map, merge, of, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { requireTrading } from '../../session/authentication/environmentCheck'
import { messagesOf } from '../../session/state/accountMessages'
import { currentState } from '../../streams/account/accountSnapshot'
import { acrossSessions, perSession } from '../../streams/sharing/perSession'
import { cachedRequest } from '../../streams/sharing/cachedRequest'
import { checkRights } from './checkNewOrder'

const tradersOn = perSession((link, ctidTraderAccountId, over$) =>
  cachedRequest<'trader', ProtoOATrader>(
    () =>
      link
        .request(PayloadType.PROTO_OA_TRADER_REQ, { ctidTraderAccountId })
        .pipe(map(({ trader }) => trader)),
    merge(over$, messagesOf(link, ctidTraderAccountId, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT)),
  ),
)

/** The trader entity of an account, if it is known without a request. */
export const knownTerms = (account: Account, link: Link): ProtoOATrader | undefined =>
  currentState(account)?.trader ?? tradersOn(account, link).known('trader')

/**
 * The rights and rules of an account. Requested once per session and again after a change, but not while a stream
 * of the account knows them. `undefined` if the server does not answer now: that does not stop an order.
 */
export const termsOfAccount = (account: Account): Observable<ProtoOATrader | undefined> =>
  defer(() => {
    const known = currentState(account)?.trader
    if (known) return of(known)
    return acrossSessions(account, tradersOn, traders =>
      traders.of('trader').pipe(catchError(() => of(undefined))),
    ).pipe(take(1))
  })

/** Our clock, if it can be right. A time before the account was opened, as in virtual time, cannot judge orders. */
export const clockFor = (trader: ProtoOATrader | undefined): number | undefined => {
  const now = asyncScheduler.now()
  return now >= (trader?.registrationTimestamp ?? 0) ? now : undefined
}

/**
 * Completes if the account may close, cancel or amend, as far as is known: it is of the client's environment, and
 * its token and its rights permit trading. Requests each of these once.
 */
export const mayTrade = (account: Account): Observable<never> =>
  merge(
    requireTrading(account),
    termsOfAccount(account).pipe(
      tap(trader => {
        if (trader) checkRights(trader, true)
      }),
      ignoreElements(),
    ),
  )
