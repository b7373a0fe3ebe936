import type { CTraderError } from '../../errors'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Cents } from '../../protocol/units'
import type { Side } from '../../protocol/side'

/** Which order an update is about. */
export interface OrderIds {
  /** Our own id of the order. Orders that the server makes may have none. */
  readonly clientOrderId?: string
  /** The server's id, as soon as it is known. */
  readonly orderId?: number
  readonly positionId?: number
}

/** The server's data about an order, in every update that the server caused. */
export interface OrderDetails extends OrderIds {
  /** The side of the order: what closes a bought position is a sell. */
  readonly side: Side
  readonly order: ProtoOAOrder
  readonly position?: ProtoOAPosition
}

/** How much of an order is filled, and at what price, after its last deal. */
export interface Fill extends OrderDetails {
  /** The volume-weighted average of the fills so far. */
  readonly price: number
  /** The volume filled so far. */
  readonly volume: Cents
  /** The last deal. Each deal is counted once. */
  readonly deal: ProtoOADeal
}

/**
 * An update of an order, told apart by `status`.
 *
 * - `sent`: it has left, and can no longer be withdrawn
 * - `outcomeUnknown`: the line was lost, or no answer came; the server will be asked
 * - `accepted`: the server has it, and it waits for its price
 * - `partiallyFilled`, `filled`: with the average `price` and the `volume` so far
 * - `protected`: the position has the stop loss and take profit of the order
 * - `replaced`: it has its amended terms
 * - `cancelled`, `expired`: the rest will not be filled
 * - `rejected`: the server refused it, and says why
 */
export type OrderUpdate =
  | ({ readonly status: 'sent' } & OrderIds)
  | ({ readonly status: 'outcomeUnknown'; readonly cause: CTraderError } & OrderIds)
  | ({ readonly status: 'accepted' } & OrderDetails)
  | ({ readonly status: 'replaced' } & OrderDetails)
  | ({ readonly status: 'cancelled' } & OrderDetails)
  | ({ readonly status: 'expired' } & OrderDetails)
  | ({ readonly status: 'partiallyFilled' } & Fill)
  | ({ readonly status: 'filled' } & Fill)
  | ({ readonly status: 'protected'; readonly position: ProtoOAPosition } & OrderIds)
  | ({
      readonly status: 'rejected'
      readonly errorCode: string
      readonly description?: string
    } & OrderIds)
