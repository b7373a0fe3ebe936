import { serverCause } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Order } from '../state/records'
import type { Duty, Task } from '../state/tasks'
import { expire } from './finish'
import { executeNow } from './pace'
import { guardPrices, protect, findProtection } from './protect'
import { trigger } from './trigger'

const protectFilled = (
  account: ExchangeAccount,
  order: Order,
  { at, clientMsgId, positionId, price }: Task & Extract<Duty, { kind: 'protect' }>,
): void => {
  const position = account.book.positions.get(positionId)
  if (position?.state !== 'open' || findProtection(account, position)) return
  const set = guardPrices(order.protections, position.tradeSide, price)
  protect(account, position, set, order.clientOrderId, at, { clientMsgId, server: true })
}

/** Does what a task says, unless its order has changed since. */
export const perform = (account: ExchangeAccount, task: Task): void => {
  const { at, clientMsgId } = task
  const { orders, working } = account.book
  const order = orders.get(task.orderId)
  if (!order) return
  const cause = { clientMsgId, server: false }
  switch (task.kind) {
    case 'execute':
      executeNow(account, order, at, cause)
      return
    case 'trigger':
      if (working.has(order) && order.updatedAt === task.placed) trigger(account, order, at, cause)
      return
    case 'expire':
      if (working.has(order) && order.expiresAt === at) expire(account, order, at, serverCause)
      return
    case 'protect':
      protectFilled(account, order, task)
  }
}
