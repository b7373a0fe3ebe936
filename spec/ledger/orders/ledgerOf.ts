import type { OrderIntent } from 'rx-ctrader'
import type { Command } from '../commands'
import type { Order, Position } from '../records'
import type { Outcome } from './play'

/** What the broker has of what was sent. */

export const commandNamed = ({ broker }: Outcome, id: string): Command | undefined =>
  broker.commands.find(({ clientMsgId }) => clientMsgId === id)

export const wasDone = (outcome: Outcome, id: string): boolean => commandNamed(outcome, id)?.isDone === true

export const hasLeft = ({ broker }: Outcome, id: string): boolean => broker.left.includes(id)

/** The name of the order that a command makes. */
export const nameOf = ({ id, payload }: OrderIntent): string =>
  ('clientOrderId' in payload ? payload.clientOrderId : undefined) ?? id

const isNamed =
  (name: string) =>
  ({ clientOrderId, kind }: Order): boolean =>
    clientOrderId === name && kind !== 4

/** The orders of a name, but those behind protections. */
export const ordersNamed = ({ broker }: Outcome, name: string): Order[] =>
  broker.ledger.all('order').filter(isNamed(name))

/** That it is not known what became of it: by an error, or by the recovery. */
export const isInDoubt = (status: string | undefined): boolean =>
  status === 'NotFound' || status === 'notFound'

const points = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : Math.round(price * 100_000)

type Amended = OrderIntent & { readonly payloadType: 2109 }
type Protected = OrderIntent & { readonly payloadType: 2110 }

/** Whether an order has what it was to be amended to. */
export const hasTerms = ({ limit, stop, volume }: Order, { payload }: Amended): boolean =>
  volume === (payload.volume ?? volume) &&
  limit === (points(payload.limitPrice) ?? limit) &&
  stop === (points(payload.stopPrice) ?? stop)

/** Whether a position has the protections it was to have. */
export const hasLegs = ({ stopLoss, takeProfit }: Position, { payload }: Protected): boolean =>
  stopLoss === points(payload.stopLoss) && takeProfit === points(payload.takeProfit)

/** A time from the start, in ms, by the server's clock. */
const serversTime = ({ broker }: Outcome, ms: number): number => broker.startedAt + ms

/** A time by the server's clock in ms from the start. */
export const sinceStart = ({ broker }: Outcome, time: number): number => time - broker.startedAt

/** Whether the server's lists show at a time, in ms from the start, what became of something. */
export const isShown = (outcome: Outcome, intent: OrderIntent, at: number): boolean => {
  const { ledger } = outcome.broker
  const { lag, lists, names } = outcome.plan.ways
  const asOf = serversTime(outcome, at) - lag
  switch (intent.payloadType) {
    case 2106:
    case 2111: {
      if (names !== 'everywhere' && names !== 'inLists') return false
      const order = ledger.asOf('order', asOf).find(isNamed(nameOf(intent)))
      return order !== undefined && (order.status === 1 || lists !== 'pending')
    }
    case 2108:
    case 2109: {
      const { orderId } = intent.payload
      const order = ledger.asOf('order', asOf).find(({ id }) => id === orderId)
      return order !== undefined && order.status !== 1
    }
    case 2110: {
      const { positionId } = intent.payload
      const position = ledger.asOf('position', asOf).find(({ id }) => id === positionId)
      return position?.status === 1 && hasLegs(position, intent)
    }
  }
}

/** Whether an event tells whose it is what a command does. */
export const isTold = ({ plan: { ways } }: Outcome, { payloadType }: OrderIntent): boolean => {
  if (ways.eventsName || payloadType === 2108) return true
  const isOrders = payloadType === 2106 || payloadType === 2111
  return isOrders && (ways.names === 'everywhere' || ways.names === 'inEvents')
}
