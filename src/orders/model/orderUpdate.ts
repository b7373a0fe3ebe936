import type { CTraderError } from '../../errors'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Cents } from '../../protocol/units'

/** Which order an update is of. */
export interface OfOrder {
  /** Ours, by which the order is found again whatever happens; the server's own orders may have none. */
  readonly clientOrderId?: string
  /** The server's, as soon as it has said it. */
  readonly orderId?: number
  readonly positionId?: number
}

/** What the server has of an order, with every update that it has told itself. */
export interface OfServer extends OfOrder {
  readonly order: ProtoOAOrder
  readonly position?: ProtoOAPosition
}

/** How much of an order is filled, at what price, as of its last deal. */
export interface Fill extends OfServer {
  /** The volume-weighted average of the fills so far. */
  readonly price: number
  /** What is filled so far. */
  readonly volume: Cents
  /** The last of the deals, each of which is counted once. */
  readonly deal: ProtoOADeal
}

/**
 * What became of an order, told apart by `status`.
 *
 * - `sent`: it has left, and can no more be withdrawn
 * - `outcomeUnknown`: the line was lost, or no answer came; it is being found out
 * - `accepted`: the server has it, and it waits for its price
 * - `partiallyFilled`, `filled`: with the average `price` and the `volume` so far
 * - `protected`: the position has the stop loss and take profit that were asked for
 * - `replaced`: it has the terms it was amended to
 * - `cancelled`, `expired`: what was not filled never will be
 * - `rejected`: the server did not do it, and says why
 */
export type OrderUpdate =
  | ({ readonly status: 'sent' } & OfOrder)
  | ({ readonly status: 'outcomeUnknown'; readonly cause: CTraderError } & OfOrder)
  | ({ readonly status: 'accepted' } & OfServer)
  | ({ readonly status: 'replaced' } & OfServer)
  | ({ readonly status: 'cancelled' } & OfServer)
  | ({ readonly status: 'expired' } & OfServer)
  | ({ readonly status: 'partiallyFilled' } & Fill)
  | ({ readonly status: 'filled' } & Fill)
  | ({ readonly status: 'protected'; readonly position: ProtoOAPosition } & OfOrder)
  | ({
      readonly status: 'rejected'
      readonly errorCode: string
      readonly description?: string
    } & OfOrder)
