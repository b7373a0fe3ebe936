import type { ProtoOAOrderTriggerMethod } from '../../protocol/messages/enums'
import type { Lots, Pips, Price, Units } from '../../protocol/units'
import type { SymbolIdOrName } from '../../streams/symbols/resolveSymbol'

/** Bought or sold. */
export type Side = 'buy' | 'sell'

/** How much: `lots(0.1)` or `units(10_000)`. The wire's cents are plain numbers, which anything could be. */
export type Volume = Lots | Units

/** Where a protection is: so many pips from the entry, or at a price. */
export type Protection = Pips | Price

/** The protections that are asked for, and of what. */
export interface ProtectionTarget {
  readonly side: Side
  /** The price of the order, in points, where it has one before it is filled. */
  readonly entry?: number
  readonly stopLoss?: Protection | undefined
  readonly takeProfit?: Protection | undefined
  readonly trailingStopLoss?: boolean | undefined
  readonly guaranteedStopLoss?: boolean | undefined
}

interface Terms {
  readonly symbol: SymbolIdOrName
  readonly side: Side
  readonly volume: Volume
  readonly stopLoss?: Protection
  readonly takeProfit?: Protection
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
  readonly stopTriggerMethod?: ProtoOAOrderTriggerMethod
  /** To add to a position, or take from it. */
  readonly positionId?: number
  /** At most 100 characters. */
  readonly label?: string
  /** At most 512 characters. */
  readonly comment?: string
  /** By which the order is found again, at most 50 characters, never used twice. Default: one that nobody else uses. */
  readonly clientOrderId?: string
}

/** How long a pending order lives: until it is cancelled, if not until `expires` (ms since the epoch). */
interface Pending extends Terms {
  readonly expires?: number
}

/** Now, at what the market gives. Its protections are distances: it has no price before it is filled. */
export interface MarketOrder extends Terms {
  readonly type: 'market'
  readonly stopLoss?: Pips
  readonly takeProfit?: Pips
}

/** Now, at `basePrice` or no further from it than `slippage`. Its protections are distances too. */
export interface MarketRangeOrder extends Terms {
  readonly type: 'marketRange'
  readonly basePrice: Price
  readonly slippage: Pips
  readonly stopLoss?: Pips
  readonly takeProfit?: Pips
}

/** At `price` or better. */
export interface LimitOrder extends Pending {
  readonly type: 'limit'
  readonly price: Price
}

/** As soon as the market is at `price`. */
export interface StopOrder extends Pending {
  readonly type: 'stop'
  readonly price: Price
}

/** As soon as the market is at `price`, and no further from it than `slippage`. */
export interface StopLimitOrder extends Pending {
  readonly type: 'stopLimit'
  readonly price: Price
  readonly slippage: Pips
}

/** An order in a trader's words; what of it goes over the wire is a `ProtoOANewOrderReq`. */
export type NewOrder = MarketOrder | MarketRangeOrder | LimitOrder | StopOrder | StopLimitOrder
