import { PayloadType } from '../../protocol/payloadType'
import * as refusals from '../model/refusals'
import type { Refusal } from '../model/refusals'
import type { Handler, Handlers } from './handler'

const alreadyListening: Refusal = {
  errorCode: 'ALREADY_SUBSCRIBED',
  description: 'Already subscribed to the PnL of the account',
}
const notListening: Refusal = {
  errorCode: 'NOT_SUBSCRIBED_TO_PNL',
  description: 'Not subscribed to the PnL of the account',
}

const subscribePnl: Handler<typeof PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  world: { sessions, exchange, unknowns },
  at,
  answer,
  refuse,
}) => {
  const listener = {
    accountId: ctidTraderAccountId,
    key: session,
    isThere: () => sessions.has(session) && session.accounts.has(ctidTraderAccountId),
    push: session.push,
  }
  if (!unknowns.pnlSubscriptions)
    refuse(refusals.unsupportedMessage(PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ))
  else if (exchange.pnl.isListening(session, ctidTraderAccountId)) refuse(alreadyListening)
  else {
    answer({ ctidTraderAccountId })
    exchange.pnl.subscribe(listener, at)
  }
}

const unsubscribePnl: Handler<typeof PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  world: { exchange, unknowns },
  answer,
  refuse,
}) => {
  if (!unknowns.pnlSubscriptions)
    refuse(refusals.unsupportedMessage(PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ))
  else if (exchange.pnl.unsubscribe(session, ctidTraderAccountId)) answer({ ctidTraderAccountId })
  else refuse(notListening)
}

/** The withdrawn subscriptions of profit and loss. */
export const pnlHandlers = {
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ]: subscribePnl,
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ]: unsubscribePnl,
} satisfies Handlers
