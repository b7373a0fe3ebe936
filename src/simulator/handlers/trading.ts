import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { Payload } from '../../protocol/table'
import type { OrderRefusal } from '../model/refusals'
import type { Command, Exchange } from '../trading/exchange'
import type { Session } from '../model/session'
import type { World } from '../world/world'
import type { Handler, Handlers } from './handler'

type CommandType =
  | typeof PayloadType.PROTO_OA_NEW_ORDER_REQ
  | typeof PayloadType.PROTO_OA_CANCEL_ORDER_REQ
  | typeof PayloadType.PROTO_OA_AMEND_ORDER_REQ
  | typeof PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ
  | typeof PayloadType.PROTO_OA_CLOSE_POSITION_REQ

const onlyViewing: OrderRefusal = {
  errorCode: 'TRADING_NOT_ALLOWED',
  description: 'The access token permits viewing only',
}

const mayTrade = (world: World, session: Session, accountId: number): boolean => {
  const grant = world.identity.grantOf(session.accounts.get(accountId) ?? '')
  return grant?.permissionScope === ProtoOAClientPermissionScope.SCOPE_TRADE
}

/** An order command is answered by the exchange's events, which go to every session of the account. */
const command =
  <T extends CommandType>(
    act: (
      exchange: Exchange,
      accountId: number,
      payload: Payload<T>,
      command: Command,
    ) => OrderRefusal | undefined,
  ): Handler<T> =>
  ({ payload, at, clientMsgId, session, world, refuseOrder }) => {
    const { ctidTraderAccountId } = payload
    const refusal = mayTrade(world, session, ctidTraderAccountId)
      ? act(world.exchange, ctidTraderAccountId, payload, { at, clientMsgId })
      : onlyViewing
    if (refusal) refuseOrder(refusal)
  }

export const tradingHandlers = {
  [PayloadType.PROTO_OA_NEW_ORDER_REQ]: command<typeof PayloadType.PROTO_OA_NEW_ORDER_REQ>(
    ({ newOrder }, ...rest) => newOrder(...rest),
  ),
  [PayloadType.PROTO_OA_CANCEL_ORDER_REQ]: command<typeof PayloadType.PROTO_OA_CANCEL_ORDER_REQ>(
    ({ cancelOrder }, ...rest) => cancelOrder(...rest),
  ),
  [PayloadType.PROTO_OA_AMEND_ORDER_REQ]: command<typeof PayloadType.PROTO_OA_AMEND_ORDER_REQ>(
    ({ amendOrder }, ...rest) => amendOrder(...rest),
  ),
  [PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ]: command<
    typeof PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ
  >(({ amendPosition }, ...rest) => amendPosition(...rest)),
  [PayloadType.PROTO_OA_CLOSE_POSITION_REQ]: command<typeof PayloadType.PROTO_OA_CLOSE_POSITION_REQ>(
    ({ closePosition }, ...rest) => closePosition(...rest),
  ),
} satisfies Handlers
