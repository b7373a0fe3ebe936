import type { Intended } from 'rx-ctrader'
import type { Command } from '../commands'
import type { Order } from '../records'
import type { Outcome } from './play'

/** What the broker has of what was sent. */

export const commandNamed = ({ broker }: Outcome, id: string): Command | undefined =>
  broker.commands.find(({ clientMsgId }) => clientMsgId === id)

export const wasDone = (outcome: Outcome, id: string): boolean => commandNamed(outcome, id)?.isDone === true

export const hasLeft = ({ broker }: Outcome, id: string): boolean => broker.left.includes(id)

/** The orders of a name, but those behind protections. */
export const ordersNamed = ({ broker }: Outcome, name: string): Order[] =>
  broker.ledger.all('order').filter(({ clientOrderId, kind }) => clientOrderId === name && kind !== 4)

/** That it is not known what became of it: by an error, or by the recovery. */
export const isInDoubt = (status: string | undefined): boolean =>
  status === 'NotFound' || status === 'notFound'

/**
 * Whether the server shows in the end what became of something. Changes may be undone by others before anyone looks, but
 * for the end of an order.
 */
export const isFindable = ({ plan: { ways } }: Outcome, { payloadType }: Intended): boolean => {
  switch (payloadType) {
    case 2106:
    case 2111:
      return (ways.names === 'everywhere' || ways.names === 'inLists') && ways.lists !== 'pending'
    case 2108:
      return true
    default:
      return false
  }
}
