import { instrumentOf } from './instruments'
import type { Prices } from './instruments'
import { averageOf, rounded, signOf } from './money'
import type { Deal, Order, Position, Purse } from './records'
import type { Ways } from './ways'

/** Records as the wire has them. */

export type Json = Readonly<Record<string, unknown>>

const LEVERAGE = 100n

/** Without the fields that are not set. */
const set = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const price = (points: number | undefined): number | undefined =>
  points === undefined ? undefined : points / 100_000

const TIME_IN_FORCE = { untilDate: 1, untilCancelled: 2, atOnce: 3 }

const timeInForce = ({ kind, expires }: Order): number => {
  if (kind === 1 || kind === 5) return TIME_IN_FORCE.atOnce
  return expires === undefined ? TIME_IN_FORCE.untilCancelled : TIME_IN_FORCE.untilDate
}

export const orderOnWire = (order: Order, isNamed: boolean): Json =>
  set({
    orderId: order.id,
    tradeData: set({
      symbolId: order.symbolId,
      volume: order.volume,
      tradeSide: order.side,
      openTimestamp: order.madeAt,
      label: order.label,
      guaranteedStopLoss: false,
      comment: order.comment,
    }),
    orderType: order.kind,
    orderStatus: order.status,
    expirationTimestamp: order.expires,
    executionPrice: order.filled > 0 ? averageOf(order.cost, order.filled) : undefined,
    executedVolume: order.filled,
    utcLastUpdateTimestamp: order.changedAt,
    slippageInPoints: order.slippage,
    closingOrder: order.isClosing,
    limitPrice: price(order.limit),
    stopPrice: price(order.stop),
    clientOrderId: isNamed ? order.clientOrderId : undefined,
    timeInForce: timeInForce(order),
    positionId: order.positionId,
    relativeStopLoss: order.stopDistance,
    relativeTakeProfit: order.takeDistance,
    trailingStopLoss: order.isTrailing,
  })

/** What a position binds of the account's money: a hundredth of what its base asset is worth. */
const marginOf = ({ symbolId, cost, opened, volume }: Position): number => {
  if (opened === 0) return 0
  const units = BigInt(volume)
  return instrumentOf(symbolId)?.baseAssetId === 2
    ? rounded(units, LEVERAGE)
    : rounded(units * BigInt(cost), LEVERAGE * 100_000n * BigInt(opened))
}

export const positionOnWire = (position: Position): Json =>
  set({
    positionId: position.id,
    tradeData: set({
      symbolId: position.symbolId,
      volume: position.volume,
      tradeSide: position.side,
      openTimestamp: position.openedAt,
      label: position.label,
      guaranteedStopLoss: false,
      comment: position.comment,
      closeTimestamp: position.closedAt,
    }),
    positionStatus: position.status,
    swap: 0,
    price: position.status === 1 ? averageOf(position.cost, position.opened) : 0,
    stopLoss: price(position.stopLoss),
    takeProfit: price(position.takeProfit),
    utcLastUpdateTimestamp: position.changedAt,
    commission: position.commission,
    marginRate: position.status === 1 ? 1 : undefined,
    mirroringCommission: 0,
    guaranteedStopLoss: false,
    usedMargin: marginOf(position),
    stopLossTriggerMethod: 1,
    moneyDigits: 2,
    trailingStopLoss: position.isTrailing ?? false,
  })

export const dealOnWire = (deal: Deal): Json =>
  set({
    dealId: deal.id,
    orderId: deal.orderId,
    positionId: deal.positionId,
    volume: deal.volume,
    filledVolume: deal.filled,
    symbolId: deal.symbolId,
    createTimestamp: deal.at,
    executionTimestamp: deal.at,
    utcLastUpdateTimestamp: deal.at,
    executionPrice: price(deal.price),
    tradeSide: deal.side,
    dealStatus: deal.status,
    marginRate: 1,
    commission: deal.commission,
    baseToUsdConversionRate: 1,
    closePositionDetail: deal.close && {
      entryPrice: deal.close.entry,
      grossProfit: deal.close.gross,
      swap: 0,
      commission: deal.close.commission,
      balance: deal.close.balance,
      quoteToDepositConversionRate: 1,
      closedVolume: deal.filled,
      balanceVersion: deal.close.balanceVersion,
      moneyDigits: 2,
    },
    moneyDigits: 2,
  })

export const traderOnWire = (accountId: number, { balance, version, bonus }: Purse): Json => ({
  ctidTraderAccountId: accountId,
  balance,
  balanceVersion: version,
  managerBonus: bonus,
  ibBonus: 0,
  nonWithdrawableBonus: 0,
  accessRights: 0,
  depositAssetId: 2,
  swapFree: true,
  leverageInCents: 10_000,
  totalMarginCalculationType: 0,
  maxLeverage: 100,
  traderLogin: 5,
  accountType: 0,
  brokerName: 'Ledger',
  registrationTimestamp: 0,
  isLimitedRisk: false,
  moneyDigits: 2,
})

/** An execution event, before it is known for whom. */
export interface Report {
  readonly type: number
  readonly order?: Order
  readonly position?: Position
  readonly deal?: Deal
  readonly errorCode?: string
  /** The `clientMsgId` of the request that caused it. */
  readonly cause?: string | undefined
  readonly isServers?: boolean
}

export const reportOnWire = (accountId: number, report: Report, { names }: Ways): Json =>
  set({
    ctidTraderAccountId: accountId,
    executionType: report.type,
    position: report.position && positionOnWire(report.position),
    order: report.order && orderOnWire(report.order, names === 'everywhere' || names === 'inEvents'),
    deal: report.deal && dealOnWire(report.deal),
    errorCode: report.errorCode,
    isServerEvent: report.isServers ?? false,
  })

/** What closing a position now would bring, before commissions and after those of opening it. */
export const pnlOf = (
  position: Position,
  prices: Prices,
  profit: (position: Position, price: number) => number,
): { readonly gross: number; readonly net: number } => {
  const gross = profit(position, prices.at(position.symbolId, position.side === 1 ? 2 : 1))
  return { gross, net: gross + position.commission }
}

/** The price of a protection at a distance from an entry. */
export const protectionAt = (
  entry: number,
  side: 1 | 2,
  distance: number | undefined,
  towards: 'loss' | 'profit',
): number | undefined =>
  distance === undefined ? undefined : entry + (towards === 'profit' ? 1 : -1) * signOf(side) * distance
