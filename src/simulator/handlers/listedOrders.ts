import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Unknowns } from '../model/unknowns'

const withoutId = (order: ProtoOAOrder): ProtoOAOrder => {
  const copy = { ...order }
  delete copy.clientOrderId
  return copy
}

/** Orders as lists have them: without the ids that their clients gave them, if that's what the server does. */
export const listedOrders = (
  orders: readonly ProtoOAOrder[],
  { listedClientOrderIds }: Unknowns,
): readonly ProtoOAOrder[] => (listedClientOrderIds ? orders : orders.map(withoutId))
