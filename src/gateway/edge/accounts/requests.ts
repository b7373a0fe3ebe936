import {
  EMPTY,
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defer,
  ignoreElements,
  map,
  merge,
  of,
  take,
  tap,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Environment } from '../../../errorFields'
import { isCommand, messageRow } from '../../../protocol/table'
import type { CommandType, RequestType } from '../../../protocol/table'
import { awaitResult } from '../../../util/observables/awaitResult'
import { omitUndefined } from '../../../util/omitUndefined'
import type { OwnerAnswer, Refusal } from '../../bus/messages'
import { notAuthorized, notReachable, orderNotSent } from '../../model/refusals'
import type { FaultLog } from '../../model/faultLog'
import type { Call } from '../wire/call'
import type { ClientIds } from '../wire/clientIds'
import type { PeerAccount } from './peerAccount'

/** Who did what with an account. It has no secret. */
export interface AuditEntry {
  /** In ms since the epoch. */
  readonly at: number
  readonly userId: string
  readonly accountId: number
  readonly environment: Environment
  readonly payloadType: RequestType
  readonly payload: object
  /** The user's id of the request. */
  readonly clientMsgId?: string
  /** The network address of the user. */
  readonly address?: string
}

/** Whose requests they are, and what is done beside sending them. */
export interface RequestContext {
  readonly userId: string
  readonly ids: ClientIds
  /** The ids at cTrader of the commands that no event has answered, and whose they are. */
  readonly unreported: Map<string, ClientIds>
  readonly address: string | undefined
  /** Called before a command leaves. What it returns is awaited; if that fails, the command does not leave. */
  readonly audit: (entry: AuditEntry) => unknown
  readonly auditLog: FaultLog
}

const tradingNotAllowed: Refusal = {
  errorCode: 'TRADING_NOT_ALLOWED',
  description: 'This session may only view the account',
}

/** The server has forwarded the command and got no result: it may have been executed. */
const timedOut: Refusal = { errorCode: 'TIMEOUT_ERROR', description: 'The result of the order is not known' }

/** An audit that takes longer has failed, in ms: the order would leave too late. */
const AUDITED_WITHIN = 10_000

const mayTrade = ({ entitlement, stamp }: PeerAccount): boolean =>
  stamp !== undefined && entitlement.scope === 'trade'

/** Notes a request before it leaves. Emits whether that has worked. */
const noteBefore = (
  { entitlement: { accountId, environment } }: PeerAccount,
  { payloadType, payload, clientMsgId }: Call,
  { userId, address, audit, auditLog }: RequestContext,
): Observable<boolean> => {
  const at = asyncScheduler.now()
  const entry = { at, userId, accountId, environment, payloadType, payload }
  return concat(
    defer(() => awaitResult(audit({ ...entry, ...omitUndefined({ clientMsgId, address }) }))).pipe(
      ignoreElements(),
    ),
    of(true),
  ).pipe(
    timeout({ first: AUDITED_WITHIN }),
    tap({ next: auditLog.worked, error: auditLog.failed }),
    catchError(() => of(false)),
  )
}

/** Sends a command, unless it may not leave any more. If it has left, it goes on when its peer has left. */
const sendCommand = (
  peer: PeerAccount,
  call: Call,
  { userId, ids, unreported }: RequestContext,
): Observable<unknown> => {
  const { payload } = call
  const payloadType = call.payloadType as CommandType
  const id = ids.toServer(call.clientMsgId)
  peer.commands.add(id)
  unreported.set(id, ids)
  return peer.account.ask({ kind: 'command', user: userId, id, payloadType, payload }).pipe(
    tap(answer => {
      peer.commands.delete(id)
      const isReported = !unreported.delete(id)
      if (answer.kind === 'refused') call.refuseOrder(answer.refusal)
      // What has been done is in an execution event, which a peer without the account has not got.
      else if (answer.kind === 'done' && (isReported || peer.stamp !== undefined)) call.done()
      else call.refuseOrder(timedOut, 'inDoubt')
    }),
  )
}

const command = (peer: PeerAccount, call: Call, context: RequestContext): Observable<unknown> => {
  if (!mayTrade(peer)) {
    call.refuseOrder(tradingNotAllowed)
    return EMPTY
  }
  return noteBefore(peer, call, context).pipe(
    concatMap(isNoted => {
      if (isNoted && mayTrade(peer)) return sendCommand(peer, call, context)
      call.refuseOrder(isNoted ? tradingNotAllowed : orderNotSent)
      return EMPTY
    }),
  )
}

const sendQuery = (peer: PeerAccount, call: Call, userId: string): Observable<OwnerAnswer> => {
  const { stamp: since = 0 } = peer
  const { payloadType, payload } = call
  const answer$ = peer.account.ask({ kind: 'query', user: userId, payloadType, payload, since })
  // After the account has left the line, nothing of it is shown any more.
  const left$ = peer.left$.pipe(map(() => ({ kind: 'refused', refusal: notAuthorized }) as const))
  return merge(left$, answer$).pipe(take(1))
}

/** A request with an effect is audited, and needs the right to trade. */
const hasEffect = (payloadType: RequestType): boolean => messageRow(payloadType)?.repeatable !== true

/** Forwards a request for an account. `onSettled` is called when it has its answer. */
export const forwardRequest = (
  peer: PeerAccount,
  call: Call,
  context: RequestContext,
  onSettled: () => void,
): void => {
  if (isCommand(call.payloadType)) {
    command(peer, call, context).subscribe({ complete: onSettled })
    return
  }
  const answer$ = defer(() => sendQuery(peer, call, context.userId))
  const settled$ = answer$.pipe(
    map(answer => {
      if (answer.kind === 'done') call.answer(context.ids.readPayload(answer.payload ?? {}))
      else call.refuse(answer.kind === 'refused' ? answer.refusal : timedOut)
    }),
  )
  if (!hasEffect(call.payloadType)) {
    settled$.subscribe(onSettled)
    return
  }
  if (!mayTrade(peer)) {
    call.refuse(tradingNotAllowed)
    onSettled()
    return
  }
  noteBefore(peer, call, context)
    .pipe(
      concatMap(isNoted => {
        if (isNoted && mayTrade(peer)) return settled$
        call.refuse(isNoted ? tradingNotAllowed : notReachable)
        return EMPTY
      }),
    )
    .subscribe({ complete: onSettled })
}
