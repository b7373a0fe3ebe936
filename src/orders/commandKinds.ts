import { PayloadType } from '../protocol/payloadType'
import type { CommandType } from '../protocol/table'
import { amendments } from './amendOrder'
import { protectionAmendments } from './amendProtection'
import { cancellations } from './cancelOrder'
import { closings } from './closePosition'
import type { CommandKind } from './reconciling/resolveOutcome'
import { newOrders } from './placeOrder'

/** The order commands by payload type. */
export const commandKinds: { readonly [T in CommandType]: CommandKind<T> } = {
  [PayloadType.PROTO_OA_NEW_ORDER_REQ]: newOrders,
  [PayloadType.PROTO_OA_CANCEL_ORDER_REQ]: cancellations,
  [PayloadType.PROTO_OA_AMEND_ORDER_REQ]: amendments,
  [PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ]: protectionAmendments,
  [PayloadType.PROTO_OA_CLOSE_POSITION_REQ]: closings,
}
