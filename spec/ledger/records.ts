/**
 * What the broker writes down. Records never change: a change is a new version of the record. Prices are whole numbers
 * of 1/100000, volumes hundredths of a unit, money cents, times ms since the epoch.
 */

export type Side = 1 | 2

/** 1 market, 2 limit, 3 stop, 4 behind the protections of a position, 5 market range, 6 stop limit. */
export type OrderKind = 1 | 2 | 3 | 4 | 5 | 6

export const otherSide = (side: Side): Side => (side === 1 ? 2 : 1)

/** 1 waits or is being filled, 2 filled, 3 rejected, 4 expired, 5 cancelled. */
export type OrderStatus = 1 | 2 | 3 | 4 | 5

export interface Order {
  readonly id: number
  readonly clientOrderId: string | undefined
  readonly symbolId: number
  readonly side: Side
  readonly kind: OrderKind
  readonly volume: number
  readonly filled: number
  /** The sum of price times volume of what is filled. */
  readonly cost: number
  readonly status: OrderStatus
  readonly positionId: number
  readonly isClosing: boolean
  readonly limit?: number | undefined
  readonly stop?: number | undefined
  readonly slippage?: number | undefined
  readonly expires?: number | undefined
  /** The protections it asks for, as distances from its price. */
  readonly stopDistance?: number | undefined
  readonly takeDistance?: number | undefined
  readonly isTrailing?: boolean | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
  readonly madeAt: number
  readonly changedAt: number
}

/** 1 open, 2 closed, 3 made for an order that has not been filled. */
export type PositionStatus = 1 | 2 | 3

export interface Position {
  readonly id: number
  readonly symbolId: number
  readonly side: Side
  readonly status: PositionStatus
  /** What is open of it. */
  readonly volume: number
  /** What was ever bought or sold for it, and the sum of price times volume of that. */
  readonly opened: number
  readonly cost: number
  /** Of what is open, zero or less. */
  readonly commission: number
  readonly stopLoss?: number | undefined
  readonly takeProfit?: number | undefined
  readonly isTrailing?: boolean | undefined
  /** The order behind its protections. */
  readonly protectedBy?: number | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
  readonly openedAt?: number | undefined
  readonly closedAt?: number | undefined
  readonly changedAt: number
}

export interface Deal {
  readonly id: number
  readonly orderId: number
  readonly positionId: number
  readonly symbolId: number
  readonly side: Side
  readonly volume: number
  readonly filled: number
  readonly price: number | undefined
  /** 2 filled, 3 filled in part, 5 an error. */
  readonly status: 2 | 3 | 5
  readonly commission: number
  readonly at: number
  readonly close?:
    | {
        readonly entry: number
        readonly gross: number
        readonly commission: number
        readonly balance: number
        readonly balanceVersion: number
      }
    | undefined
}

/** The money of the account. */
export interface Purse {
  readonly id: 0
  readonly balance: number
  readonly version: number
  readonly bonus: number
}
