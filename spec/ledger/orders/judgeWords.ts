import { PayloadType } from 'rx-ctrader'
import type { OrderIntent } from 'rx-ctrader'
import type { Order } from '../records'
import { doubtWrongs } from './judgeDoubts'
import { commandNamed, hasLegs, hasLeft, hasTerms, isInDoubt, nameOf, ordersNamed, wasDone } from './ledgerOf'
import type { Outcome } from './play'
import type { Word } from './said'

/** What may be told of an order that has ended so. */
const endsOf: Readonly<Record<number, readonly string[]>> = {
  1: [],
  2: ['filled', 'protected'],
  3: ['rejected'],
  4: ['expired', 'protected'],
  5: ['cancelled', 'protected'],
}

/** The states of an order that has not ended. */
const ON_THE_WAY = ['sent', 'outcomeUnknown', 'accepted', 'partiallyFilled']

interface Case {
  readonly outcome: Outcome
  readonly intent: OrderIntent
  readonly word: Word
}

/** A fill is what the ledger has of it. */
const fillWrongs = ({ outcome, intent: { id }, word: { update } }: Case, order: Order): string[] => {
  if (!update || !('deal' in update)) return []
  const deals = outcome.broker.ledger.all('deal').filter(deal => deal.orderId === order.id && deal.filled > 0)
  const isPrice = Math.abs(update.price - order.cost / order.filled / 100_000) < 1e-8
  return [
    ...(update.volume === order.filled ? [] : [`${id} has the volume ${order.filled}, not ${update.volume}`]),
    ...(isPrice ? [] : [`${id} has not the price ${update.price}`]),
    ...(deals.some(deal => deal.id === update.deal.dealId)
      ? []
      : [`${id} has no deal ${update.deal.dealId}`]),
  ]
}

/** The updates of a new order must agree with the order that the ledger has under its name. */
const madeWrongs = (one: Case): string[] => {
  const {
    outcome,
    intent,
    word: { status },
  } = one
  const { id } = intent
  const name = nameOf(intent)
  const [order, ...more] = ordersNamed(outcome, name)
  if (more.length > 0) return [`${name} is there ${more.length + 1} times`]
  // What waits for its price may be amended by others.
  if (status === 'replaced') return order ? [] : [`${id} is nowhere, and said to be ${status}`]
  if (!order) {
    const isRefused = status === 'rejected' && commandNamed(outcome, id)?.isDone === false
    return isRefused ? [] : [`${id} is nowhere, and said to be ${status}`]
  }
  return endsOf[order.status]?.includes(status) === true
    ? fillWrongs(one, order)
    : [`${id} has the status ${order.status}, and is said to be ${status}`]
}

const DONE: Readonly<Partial<Record<number, readonly string[]>>> = {
  2108: ['cancelled'],
  2109: ['replaced'],
  2110: ['protected', 'replaced'],
}

/** What was to change something: it did where it is said to be done, and did not where it is said not to be. */
const changeWrongs = ({ outcome, intent, word: { status } }: Case): string[] => {
  const { id, payload, payloadType } = intent
  const command = commandNamed(outcome, id)
  const said = `${id} (${payloadType})`
  const order = 'orderId' in payload ? outcome.broker.ledger.find('order', payload.orderId) : undefined
  // An order may end in this way or another before it is changed.
  if (order && endsOf[order.status]?.includes(status) === true) return []
  if (status === 'rejected') {
    if (command?.isDone === true) return [`${said} was done, and is said to be rejected`]
    return command?.isDone === false ? [] : [`${said} was not refused, and is said to be rejected`]
  }
  if (DONE[payloadType]?.includes(status) !== true) return [`${said} is said to be ${status}`]
  return command?.isDone === true || wasSo(outcome, intent)
    ? []
    : [`${said} was not done, and is said to be ${status}`]
}

/** Whether what is asked for is what there was, or came to be in another way: then it is not known who did it. */
const wasSo = ({ broker: { ledger } }: Outcome, intent: OrderIntent): boolean => {
  if (intent.payloadType === PayloadType.PROTO_OA_AMEND_ORDER_REQ)
    return ledger.versions('order', intent.payload.orderId).some(order => hasTerms(order, intent))
  if (intent.payloadType === PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ)
    return ledger.versions('position', intent.payload.positionId).some(position => hasLegs(position, intent))
  return false
}

/** What is wrong about something that was said, in words. */
export const wordWrongs = (one: Case): string[] => {
  const {
    outcome,
    intent,
    word: { status },
  } = one
  const { id, payloadType } = intent
  if (ON_THE_WAY.includes(status)) return []
  if (isInDoubt(status)) return doubtWrongs(one)
  // Certain only where it has not left.
  if (status === 'notSent') {
    if (wasDone(outcome, id)) return [`${id} was done, and is said to be notSent`]
    return hasLeft(outcome, id) ? [`${id} has left, and is said to be notSent`] : []
  }
  return payloadType === PayloadType.PROTO_OA_NEW_ORDER_REQ ||
    payloadType === PayloadType.PROTO_OA_CLOSE_POSITION_REQ
    ? madeWrongs(one)
    : changeWrongs(one)
}
