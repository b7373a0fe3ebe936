import type { ProtoOADeal } from '../../../protocol/messages/deals'
import type { ProtoOADepositWithdraw, ProtoOAMarginCall } from '../../../protocol/messages/account'
import type {
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import type { Terms } from './terms'

/** Prices here are in 1/100000, volumes in cents of a unit, money in 10^-moneyDigits, times in ms since the epoch. */

/** Stop loss and take profit as requested: absolute prices, or distances from the entry. */
export interface Protections {
  readonly stopLoss: number | undefined
  readonly takeProfit: number | undefined
  readonly relativeStopLoss: number | undefined
  readonly relativeTakeProfit: number | undefined
  readonly guaranteed: boolean
  readonly trailing: boolean
  readonly triggerMethod: ProtoOAOrderTriggerMethod | undefined
}

export const unprotected: Protections = {
  stopLoss: undefined,
  takeProfit: undefined,
  relativeStopLoss: undefined,
  relativeTakeProfit: undefined,
  guaranteed: false,
  trailing: false,
  triggerMethod: undefined,
}

/** What the engine knows of when an order will be reached. */
export interface Watch {
  /** From when on prices count. */
  from: number
  /** When to check it next: the order is reached, or more of the future must be searched. */
  due: number | undefined
}

export interface Order {
  readonly orderId: number
  readonly orderType: ProtoOAOrderType
  readonly tradeSide: ProtoOATradeSide
  readonly symbolId: number
  readonly closing: boolean
  /** Whether it joins the position that it names. Otherwise it goes to its own, or on a netted account to the symbol's. */
  readonly joins: boolean
  readonly isStopOut: boolean
  readonly openedAt: number
  readonly label: string | undefined
  readonly comment: string | undefined
  readonly clientOrderId: string | undefined
  readonly baseSlippagePrice: number | undefined
  timeInForce: ProtoOATimeInForce
  positionId: number
  volume: number
  executedVolume: number
  /** Sum of price × volume over its deals. */
  executedValue: number
  status: ProtoOAOrderStatus
  limitPrice: number | undefined
  stopPrice: number | undefined
  slippageInPoints: number | undefined
  expiresAt: number | undefined
  protections: Protections
  updatedAt: number
  closedAt: number | undefined
  /** For a stop-limit order: its stop was reached, and it waits for its limit. */
  triggered: boolean
  /** Where the market's side must be for the order to execute; `undefined` for orders that do not wait. */
  watch: Watch | undefined
}

export type PositionState = 'created' | 'open' | 'closed'

export interface Position {
  readonly positionId: number
  readonly symbolId: number
  readonly label: string | undefined
  readonly comment: string | undefined
  readonly tradeSide: ProtoOATradeSide
  state: PositionState
  volume: number
  /** The average of its fills by volume. */
  entry: number
  openedAt: number | undefined
  closedAt: number | undefined
  updatedAt: number
  /** Accrued, not yet realised. */
  swap: number
  /** For its openings, not yet realised; negative when charged. */
  commission: number
  /** Price of the base asset in the deposit asset, at the fills. */
  marginRate: number
  /** Price of the base asset in USD, at the fills. */
  usdRate: number
  usedMargin: number
  stopLoss: number | undefined
  takeProfit: number | undefined
  guaranteed: boolean
  trailing: boolean
  /** The distance of a trailing stop from the best price. */
  trail: number | undefined
  triggerMethod: ProtoOAOrderTriggerMethod | undefined
  protectionOrderId: number | undefined
  nextSwapAt: number | undefined
  swapPeriods: number
  /** When the trailing stop moves next, or more of the future must be searched. */
  trailDue: number | undefined
  trailFrom: number
  /** The deals that opened it, and how much of each is not closed yet. */
  readonly lots: { readonly dealId: number; left: number }[]
}

/** A part of a deal that another deal closed. */
export interface Offset {
  readonly opening: number
  readonly closing: number
  readonly volume: number
}

export interface MarginCall {
  readonly marginCallType: ProtoOAMarginCall['marginCallType']
  readonly marginLevelThreshold: number
  readonly utcLastUpdateTimestamp: number
  readonly firedAt: number | undefined
  /** The margin level has been above the threshold since the last call. */
  readonly armed: boolean
}

/** Money that covers losses like the account's own, but does not belong to it. */
export interface Bonuses {
  readonly manager: number
  readonly ib: number
  readonly nonWithdrawable: number
}

/** One account: its money, all its orders, positions and deals. */
export interface Book {
  terms: Terms
  balance: number
  balanceVersion: number
  bonuses: Bonuses
  readonly orders: Map<number, Order>
  readonly positions: Map<number, Position>
  /** The orders that have not ended. */
  readonly working: Set<Order>
  readonly open: Set<Position>
  readonly deals: ProtoOADeal[]
  readonly offsets: Offset[]
  readonly cashFlow: ProtoOADepositWithdraw[]
  marginCalls: readonly MarginCall[]
  /** When the margin level must be checked again; `dirty` if something has changed that it depends on. */
  marginCheckAt: number | undefined
  marginDirty: boolean
  /** How many protections had their stop and their target in the same bar: which came first is not known. */
  unclearExits: number
}
