import type { Side } from '../../protocol/side'
import type { ProtoOAOrderTriggerMethod } from '../../protocol/messages/enums'
import type { Lots, Pips, Price, Units } from '../../protocol/units'
import type { SymbolIdOrName } from '../../streams/symbols/resolveSymbol'

/** A volume with its unit: `lots(0.1)` or `units(10_000)`. A plain number could be anything. */
export type Volume = Lots | Units

/** Where a protection is: a number of pips from the entry, or a price. */
export type Protection = Pips | Price

/** The requested protections, and their order. */
export interface ProtectionTarget {
  readonly side: Side
  /** The price of the order in points, if it has one before it is filled. */
  readonly entry?: number
  readonly stopLoss?: Protection | undefined
  readonly takeProfit?: Protection | undefined
  readonly trailingStopLoss?: boolean | undefined
  readonly guaranteedStopLoss?: boolean | undefined
}

interface OrderTerms {
  readonly symbol: SymbolIdOrName
  readonly side: Side
  readonly volume: Volume
  readonly stopLoss?: Protection
  readonly takeProfit?: Protection
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
  readonly stopTriggerMethod?: ProtoOAOrderTriggerMethod
  /** The position to add to, or to take from. */
  readonly positionId?: number
  /** At most 100 characters. */
  readonly label?: string
  /** At most 512 characters. */
  readonly comment?: string
  /** Identifies the order, at most 50 characters, must never be used twice. Default: a unique one. */
  readonly clientOrderId?: string
}

/** A pending order lives until `expires` (ms since the epoch), or until it is cancelled. */
interface PendingOrder extends OrderTerms {
  readonly expires?: number
}

/** Executed now at the market price. Protections must be distances, because it has no price before it is filled. */
export interface MarketOrder extends OrderTerms {
  readonly type: 'market'
  readonly stopLoss?: Pips
  readonly takeProfit?: Pips
}

/** Executed now at `basePrice`, or at most `slippage` away from it. Protections must be distances. */
export interface MarketRangeOrder extends OrderTerms {
  readonly type: 'marketRange'
  readonly basePrice: Price
  readonly slippage: Pips
  readonly stopLoss?: Pips
  readonly takeProfit?: Pips
}

/** At `price` or better. */
export interface LimitOrder extends PendingOrder {
  readonly type: 'limit'
  readonly price: Price
}

/** Executed as soon as the market reaches `price`. */
export interface StopOrder extends PendingOrder {
  readonly type: 'stop'
  readonly price: Price
}

/** Executed as soon as the market reaches `price`, and at most `slippage` away from it. */
export interface StopLimitOrder extends PendingOrder {
  readonly type: 'stopLimit'
  readonly price: Price
  readonly slippage: Pips
}

/** An order in a trader's words. `ProtoOANewOrderReq` is its form on the wire. */
export type NewOrder = MarketOrder | MarketRangeOrder | LimitOrder | StopOrder | StopLimitOrder
