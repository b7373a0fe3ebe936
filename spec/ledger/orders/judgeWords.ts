import { isCTraderError } from 'rx-ctrader'
import type { Intended } from 'rx-ctrader'
import type { Order } from '../records'
import { authenticatedBetween } from './known'
import { commandNamed, hasLeft, isInDoubt, ordersNamed, wasDone } from './ledgerOf'
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

/** What is told on the way, and is not the end. */
const ON_THE_WAY = ['sent', 'outcomeUnknown', 'accepted', 'partiallyFilled']

interface Case {
  readonly outcome: Outcome
  readonly intended: Intended
  readonly word: Word
}

/** A fill is what the ledger has of it. */
const fillWrongs = ({ outcome, intended: { id }, word: { update } }: Case, order: Order): string[] => {
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

/** What is told of an order that was to be made must be what the ledger has under its name. */
const madeWrongs = (one: Case, name: string): string[] => {
  const {
    outcome,
    intended: { id },
    word: { status },
  } = one
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
const changeWrongs = ({ outcome, intended, word: { status } }: Case): string[] => {
  const { id, payload, payloadType } = intended
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
  return command?.isDone === true || wasSo(outcome, intended)
    ? []
    : [`${said} was not done, and is said to be ${status}`]
}

const points = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : Math.round(price * 100_000)

/** Whether what is asked for is what there was, or came to be in another way: then nobody can tell who did it. */
const wasSo = ({ broker }: Outcome, { payload, payloadType }: Intended): boolean => {
  if (payloadType === 2109)
    return broker.ledger
      .versions('order', payload.orderId)
      .some(
        ({ limit, stop, volume }) =>
          volume === (payload.volume ?? volume) &&
          limit === (points(payload.limitPrice) ?? limit) &&
          stop === (points(payload.stopPrice) ?? stop),
      )
  if (payloadType === 2110)
    return broker.ledger
      .versions('position', payload.positionId)
      .some(
        ({ stopLoss, takeProfit }) =>
          stopLoss === points(payload.stopLoss) && takeProfit === points(payload.takeProfit),
      )
  return false
}

/** That it was not found is said no sooner than it may be. */
const doubtWrongs = ({ outcome, intended: { id }, word: { at, error } }: Case): string[] => {
  if (!isCTraderError(error) || error.reason !== 'NotFound') return []
  const sent = outcome.record.words.get(id)?.find(({ status }) => status === 'sent')
  if (!sent) return []
  const waited = authenticatedBetween(outcome.known, sent.at, at)
  return waited < error.after - 1
    ? [`${id} was not found in ${error.after} ms, of which there were ${waited}`]
    : []
}

/** What is wrong about something that was said, in words. */
export const wordWrongs = (one: Case): string[] => {
  const {
    outcome,
    intended,
    word: { status },
  } = one
  const { id, payload, payloadType } = intended
  if (ON_THE_WAY.includes(status)) return []
  if (isInDoubt(status)) return doubtWrongs(one)
  // Certain only where it has not left, whatever became of it then.
  if (status === 'notSent') {
    if (wasDone(outcome, id)) return [`${id} was done, and is said to be notSent`]
    return hasLeft(outcome, id) ? [`${id} has left, and is said to be notSent`] : []
  }
  if (payloadType === 2106) return madeWrongs(one, payload.clientOrderId ?? id)
  return payloadType === 2111 ? madeWrongs(one, id) : changeWrongs(one)
}
