import { asyncScheduler, catchError, defer, ignoreElements, map, merge, of, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { messagesOf } from '../../session/state/accountMessages'
import { currentState } from '../../streams/account/accountSnapshot'
import { acrossSessions, perSession } from '../../streams/sharing/perSession'
import { cachedRequest } from '../../streams/sharing/cachedRequest'
import { checkRights } from './checkNewOrder'
import { orThrow } from '../model/invalidOrder'

const tradersOn = perSession((link, ctidTraderAccountId, over$) =>
  cachedRequest<'trader', ProtoOATrader>(
    () =>
      link
        .request(PayloadType.PROTO_OA_TRADER_REQ, { ctidTraderAccountId })
        .pipe(map(({ trader }) => trader)),
    merge(over$, messagesOf(link, ctidTraderAccountId, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT)),
  ),
)

/** The rights and rules of an account, as far as they are known without asking. */
export const knownTerms = (account: Account, link: Link): ProtoOATrader | undefined =>
  currentState(account)?.trader ?? tradersOn(account, link).known('trader')

/**
 * The rights and rules of an account, asked once for a session and again after they have changed, and not while a stream
 * of the account knows them; `undefined` where the server would not tell now, which is no reason to keep an order back.
 */
export const termsOfAccount = (account: Account): Observable<ProtoOATrader | undefined> =>
  defer(() => {
    const known = currentState(account)?.trader
    if (known) return of(known)
    return acrossSessions(account, tradersOn, traders =>
      traders.of('trader').pipe(catchError(() => of(undefined))),
    ).pipe(take(1))
  })

/**
 * Our clock, where it can be right: one that shows a time before the account was opened, as in virtual time, is not
 * one to judge orders by.
 */
export const clockFor = (trader: ProtoOATrader | undefined): number | undefined => {
  const now = asyncScheduler.now()
  return now >= (trader?.registrationTimestamp ?? 0) ? now : undefined
}

/**
 * Completes if something may be closed, cancelled or amended on an account, as far as one can know: it is of the
 * client's environment, its token permits trading, and so do its rights. Asks for each of them once.
 */
export const mayTrade = (account: Account): Observable<never> =>
  merge(
    account.mayTrade$,
    termsOfAccount(account).pipe(
      tap(trader => trader && orThrow(checkRights(trader, true))),
      ignoreElements(),
    ),
  )
