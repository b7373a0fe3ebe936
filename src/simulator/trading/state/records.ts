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

/** Stop loss and take profit as asked for: absolute prices, or distances from the entry. */
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
  /** When to look at it next: the order is reached, or more of the future has to be searched. */
  due: number | undefined
}

export interface Order {
  readonly orderId: number
  readonly orderType: ProtoOAOrderType
  readonly tradeSide: ProtoOATradeSide
  readonly symbolId: number
  readonly closing: boolean
  /** Joins the position it names; without, its own or (netted) the symbol's. */
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
  /** Of a stop-limit order: its stop was reached, it waits for its limit. */
  triggered: boolean
  /** Where the market's side must be for the order to come about; none for those that execute by themselves. */
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
  /** Of its openings, not yet realised; negative when charged. */
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
  /** How far a trailing stop stays behind the best price. */
  trail: number | undefined
  triggerMethod: ProtoOAOrderTriggerMethod | undefined
  protectionOrderId: number | undefined
  nextSwapAt: number | undefined
  swapPeriods: number
  /** When the trailing stop moves next, or more of the future has to be searched. */
  trailDue: number | undefined
  trailFrom: number
  /** The deals that opened it, with what of each is not closed yet. */
  readonly lots: { readonly dealId: number; left: number }[]
}

/** So much of a deal was closed by another. */
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
  /** The margin level has been above the threshold since it last fired. */
  readonly armed: boolean
}

/** Money that carries losses as the account's own does, and is not its own. */
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
  /** Those of them that are still alive. */
  readonly working: Set<Order>
  readonly open: Set<Position>
  readonly deals: ProtoOADeal[]
  readonly offsets: Offset[]
  readonly cashFlow: ProtoOADepositWithdraw[]
  marginCalls: readonly MarginCall[]
  /** When the margin level has to be looked at again; `dirty` when something changed that it depends on. */
  marginCheckAt: number | undefined
  marginDirty: boolean
}
