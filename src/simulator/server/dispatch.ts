import { PayloadType } from '../../protocol/payloadType'
import { messageCodec, messageRow } from '../../protocol/table'
import type { RequestType } from '../../protocol/table'
import type { Agenda } from '../model/scheduler'
import type { Handler, Handlers } from '../handlers/handler'
import { beforeAppAuth, handlers } from '../handlers/handlers'
import type { HandledType } from '../handlers/handlers'
import type { Limiter } from './rateLimiter'
import type { Outbox } from './outbox'
import * as refusals from '../model/refusals'
import type { Refusal } from '../model/refusals'
import type { Session } from '../model/session'
import { wellFormed } from './validate'
import { describeRefusal } from './descriptions'
import type { World } from '../world/world'

/** The server's side of one connection, for its requests. */
export interface RequestContext {
  readonly world: World
  readonly agenda: Agenda
  readonly session: Session
  readonly outbox: Outbox
  readonly limiter: Limiter
  /** Called with what a handler has thrown: a mistake of ours, never of a client. */
  readonly onDefect: (error: unknown) => void
  /** Handlers in place of the server's own. */
  readonly handlers: Handlers
}

export const refusalSender =
  ({ world: { unknowns }, outbox }: RequestContext, clientMsgId: string | undefined) =>
  (refusal: Refusal): void => {
    outbox.write(PayloadType.PROTO_OA_ERROR_RES, clientMsgId, describeRefusal(refusal, unknowns.descriptions))
  }

export const afterBadRequest = ({ world: { unknowns }, outbox }: RequestContext): void => {
  if (unknowns.afterBadRequest === 'closes') outbox.hangUp()
}

/** Handles a request that has passed all checks. */
const handle = (
  context: RequestContext,
  payloadType: HandledType,
  payload: object,
  clientMsgId: string | undefined,
): void => {
  const { world, agenda, session, outbox, onDefect } = context
  const refuse = refusalSender(context, clientMsgId)
  const [answerType] = messageRow(payloadType)?.answeredBy ?? []
  const handler = (context.handlers[payloadType] ?? handlers[payloadType]) as Handler<RequestType>
  try {
    agenda.catchUp()
    handler({
      payload: payload,
      clientMsgId,
      session,
      world,
      at: world.clock.now(),
      listed: accountId =>
        world.exchange.accountAsOf(accountId, world.clock.now() - (world.lags.get(payloadType) ?? 0)),
      answer: answer => {
        if (answerType !== undefined) outbox.write(answerType, clientMsgId, answer)
      },
      refuse,
      refuseOrder: refusal => {
        const { ctidTraderAccountId } = payload as { readonly ctidTraderAccountId?: number }
        outbox.write(PayloadType.PROTO_OA_ORDER_ERROR_EVENT, clientMsgId, {
          ctidTraderAccountId,
          ...describeRefusal(refusal, world.unknowns.descriptions),
        })
      },
    })
    if (world.sessions.size > 0) agenda.plan()
  } catch (error) {
    // The client gets an answer, the others are still served, and the mistake is reported.
    refuse(refusals.internalError)
    onDefect(error)
  }
}

/** Whether the account of a request is not authenticated on its connection. */
const isForeign = (session: Session, payloadType: HandledType, payload: object): boolean => {
  const { ctidTraderAccountId: accountId } = payload as { readonly ctidTraderAccountId?: number }
  return (
    payloadType !== PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ &&
    // In a request without an account, it is an unknown field, which is tolerated.
    'ctidTraderAccountId' in messageCodec(payloadType).fields &&
    accountId !== undefined &&
    !session.accounts.has(accountId)
  )
}

/** Checks a request in the order of the server: rate limit, authentication, form, account. Then handles it. */
export const serve = (
  context: RequestContext,
  payloadType: HandledType,
  given: unknown,
  clientMsgId: string | undefined,
): void => {
  const { world, session, limiter } = context
  const refuse = refusalSender(context, clientMsgId)
  const excess = limiter.count(payloadType, messageRow(payloadType)?.lane ?? 'live')
  if (excess) {
    refuse(excess)
    return
  }
  if (!session.appAuthenticated && !beforeAppAuth.has(payloadType)) {
    refuse(refusals.clientNotAuthenticated)
    return
  }
  const formed = wellFormed(payloadType, given, world.unknowns.looseValues)
  if ('fault' in formed) {
    refuse(refusals.invalidField(formed.fault))
    afterBadRequest(context)
    return
  }
  if (isForeign(session, payloadType, formed.payload)) refuse(refusals.accountNotAuthorized)
  else handle(context, payloadType, formed.payload, clientMsgId)
}
