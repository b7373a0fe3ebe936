import { ProtoOAOrderStatus, ProtoOAOrderType, PayloadType } from 'rx-ctrader'
import type { ProtoOAOrder } from 'rx-ctrader'
import type { OrderIntent, JournalEntry } from '../../../src/orders/model/journal'
import type { Outcome, Told } from './play'

const { ORDER_STATUS_CANCELLED, ORDER_STATUS_EXPIRED, ORDER_STATUS_FILLED, ORDER_STATUS_REJECTED } =
  ProtoOAOrderStatus

/** What may be told last of an order that has ended so. */
const toldOf: Readonly<Record<number, readonly Told['status'][]>> = {
  [ORDER_STATUS_FILLED]: ['filled', 'protected'],
  [ORDER_STATUS_CANCELLED]: ['cancelled', 'protected'],
  [ORDER_STATUS_EXPIRED]: ['expired', 'protected'],
  [ORDER_STATUS_REJECTED]: ['rejected'],
}

const lastOf = (entries: readonly JournalEntry[], name: string): JournalEntry | undefined =>
  entries
    .filter(
      entry =>
        entry.state === 'intended' &&
        entry.payloadType === PayloadType.PROTO_OA_NEW_ORDER_REQ &&
        entry.payload.clientOrderId === name,
    )
    .at(-1)

/** Whether that is said of what the server has not done. */
const isUndoneBy = (status: string | undefined): boolean =>
  status === 'notSent' || status === 'notFound' || status === 'rejected'

/** What is wrong, in words; nothing where all is well. */
export const wrongs = ({
  accountId,
  broker,
  calls,
  deeds,
  entries,
  isNamed = true,
  left,
  open,
  stuck,
  told,
}: Outcome): string[] => {
  const found: string[] = []
  const { orders, deals } = broker.exchange.ledger(accountId)
  const own = orders.filter(({ orderType }) => orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT)
  const named = (name: string): readonly ProtoOAOrder[] =>
    own.filter(({ clientOrderId }) => clientOrderId === name)

  if (new Set(left).size < left.length) found.push(`sent twice: ${left.join(' ')}`)
  // What could not be found stays open.
  for (const { id, payload } of open)
    if (told.get(id)?.status !== 'notFound')
      found.push(`${id} is open: ${JSON.stringify(payload)} ${told.get(id)?.status}`)
  // Whether the server has it or not: it has left, so it is not certain that it was not sent.
  for (const id of left)
    if (told.get(id)?.status === 'notSent') found.push(`${id} has left, and is said to be notSent`)
  for (const call of [...stuck, ...calls.filter(({ isDone, isForsaken }) => !isDone && !isForsaken)])
    found.push(`a caller still waits: ${JSON.stringify(call)}`)

  const didIt = (id: string, types: readonly number[]): boolean =>
    deeds.some(({ clientMsgId, executionType }) => clientMsgId === id && types.includes(executionType))

  /** What it did was done otherwise later: the ledger shows no sign of it any more. */
  const isUndone = (id: string): boolean => {
    const did = deeds.filter(({ clientMsgId }) => clientMsgId === id)
    const last = did.at(-1)
    return (
      last !== undefined &&
      deeds
        .slice(deeds.indexOf(last) + 1)
        .some(
          ({ clientMsgId, executionType, orderId }) =>
            clientMsgId !== id && orderId === last.orderId && [4, 5].includes(executionType),
        )
    )
  }

  const checkOrder = ({ id }: OrderIntent, name: string, last: Told | undefined): void => {
    const made = named(name)
    if (made.length > 1) found.push(`${name} is there ${made.length} times`)
    const [order] = made
    const status = last?.status
    if (!order) {
      if (status !== 'notSent' && status !== 'notFound' && status !== 'rejected')
        found.push(`${id} is nowhere, and said to be ${status}`)
      return
    }
    // Where its name is only told by events, and those are lost, it cannot be known.
    if (status === 'notFound' && !isNamed) return
    if (status === undefined || toldOf[order.orderStatus]?.includes(status) !== true)
      found.push(`${id} has the status ${order.orderStatus}, and is said to be ${status}`)
    if (last && 'deal' in last) {
      const mine = deals.filter(({ orderId, filledVolume }) => orderId === order.orderId && filledVolume > 0)
      if (last.volume !== order.executedVolume) found.push(`${id} has not the volume ${last.volume}`)
      if (Math.abs(last.price - (order.executionPrice ?? NaN)) > 1e-9)
        found.push(`${id} has not the price ${last.price}`)
      if (!mine.some(({ dealId }) => dealId === last.deal.dealId)) found.push(`${id} has no such deal`)
    }
    if (
      status === 'protected' &&
      !orders.some(
        ({ orderType, positionId }) =>
          orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT && positionId === order.positionId,
      )
    )
      found.push(`${id} is not protected`)
  }

  for (const entry of entries) {
    if (entry.state === 'settled') continue
    const { id } = entry
    const last = told.get(id)
    const status = last?.status
    const order = orders.find(
      ({ orderId }) => 'orderId' in entry.payload && orderId === entry.payload.orderId,
    )
    const isEnd =
      order !== undefined && status !== undefined && toldOf[order.orderStatus]?.includes(status) === true
    switch (entry.payloadType) {
      case PayloadType.PROTO_OA_NEW_ORDER_REQ: {
        const name = entry.payload.clientOrderId ?? id
        // One that was withdrawn and left on the next line has the same name under another id.
        if (lastOf(entries, name) === entry) checkOrder(entry, name, last)
        else if (status !== 'notSent' && status !== 'notFound')
          found.push(`${id} was withdrawn, and is said to be ${status}`)
        break
      }
      case PayloadType.PROTO_OA_CLOSE_POSITION_REQ:
        checkOrder(entry, id, last)
        break
      case PayloadType.PROTO_OA_CANCEL_ORDER_REQ:
        if (isUndoneBy(status)) {
          if (didIt(id, [5])) found.push(`${id} cancelled, and is said to be ${status}`)
        } else if (!isEnd) found.push(`${id} cancels ${order?.orderStatus}, and is said to be ${status}`)
        break
      case PayloadType.PROTO_OA_AMEND_ORDER_REQ:
        // An order may be rejected when it is to be executed, and that may be heard before it was replaced.
        if (isEnd) break
        if (isUndoneBy(status)) {
          if (didIt(id, [4]) && !(status === 'notFound' && isUndone(id)))
            found.push(`${id} replaced, and is said to be ${status}`)
        } else if (status === 'replaced') {
          if (!didIt(id, [4])) found.push(`${id} is said to have replaced`)
        } else found.push(`${id} amends ${order?.orderStatus}, and is said to be ${status}`)
        break
      case PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ:
        if (isUndoneBy(status)) {
          if (didIt(id, [2, 4, 5]) && !isUndone(id))
            found.push(`${id} protected, and is said to be ${status}`)
        } else if (status !== 'protected' && status !== 'replaced')
          found.push(`${id} protects, and is said to be ${status}`)
    }
  }
  return found
}
