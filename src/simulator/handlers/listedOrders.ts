import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Unknowns } from '../model/unknowns'

const withoutId = (order: ProtoOAOrder): ProtoOAOrder => {
  const copy = { ...order }
  delete copy.clientOrderId
  return copy
}

/** Orders as lists have them. An option of `unknowns` removes the ids that clients gave them. */
export const listedOrders = (
  orders: readonly ProtoOAOrder[],
  { listedClientOrderIds }: Unknowns,
): readonly ProtoOAOrder[] => (listedClientOrderIds ? orders : orders.map(withoutId))
