import type { ProtoOAMarginCall, ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import {
  ProtoOADealStatus,
  ProtoOANotificationType,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
  ProtoOATradeSide,
} from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { overridden } from './build'
import type { Overrides } from './build'
import { ACCOUNT_ID, MARKET_START, SYMBOL_ID, usual } from './usual'

const tradeData = {
  symbolId: SYMBOL_ID,
  volume: usual.volume,
  tradeSide: ProtoOATradeSide.BUY,
  openTimestamp: MARKET_START,
}

/**
 * A `ProtoOAPosition`: 1,000 EUR bought at 1.1, open. Prices are decimals, volumes cents, money in 10^-moneyDigits.
 *
 * ```ts
 * position({ positionId: 7, tradeData: { volume: 500_000 }, stopLoss: 1.09 })
 * ```
 */
export const position = (overrides?: Overrides<ProtoOAPosition>): ProtoOAPosition =>
  overridden<ProtoOAPosition>(
    {
      positionId: usual.positionId,
      tradeData,
      positionStatus: ProtoOAPositionStatus.POSITION_STATUS_OPEN,
      swap: 0,
      price: usual.price,
      utcLastUpdateTimestamp: MARKET_START,
      commission: 0,
      usedMargin: 1_100,
      moneyDigits: usual.moneyDigits,
    },
    overrides,
  )

/**
 * A `ProtoOAOrder`: to buy 1,000 EUR at the market, filled at 1.1.
 *
 * ```ts
 * order({ orderType: ProtoOAOrderType.LIMIT, limitPrice: 1.05, orderStatus: ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED })
 * ```
 */
export const order = (overrides?: Overrides<ProtoOAOrder>): ProtoOAOrder =>
  overridden<ProtoOAOrder>(
    {
      orderId: usual.orderId,
      tradeData,
      orderType: ProtoOAOrderType.MARKET,
      orderStatus: ProtoOAOrderStatus.ORDER_STATUS_FILLED,
      executionPrice: usual.price,
      executedVolume: usual.volume,
      utcLastUpdateTimestamp: MARKET_START,
      positionId: usual.positionId,
    },
    overrides,
  )

/**
 * A `ProtoOADeal`: the fill of that order.
 *
 * ```ts
 * deal({ executionPrice: 1.2, filledVolume: 50_000, dealStatus: ProtoOADealStatus.PARTIALLY_FILLED })
 * ```
 */
export const deal = (overrides?: Overrides<ProtoOADeal>): ProtoOADeal =>
  overridden<ProtoOADeal>(
    {
      dealId: usual.dealId,
      orderId: usual.orderId,
      positionId: usual.positionId,
      volume: usual.volume,
      filledVolume: usual.volume,
      symbolId: SYMBOL_ID,
      createTimestamp: MARKET_START,
      executionTimestamp: MARKET_START,
      utcLastUpdateTimestamp: MARKET_START,
      executionPrice: usual.price,
      tradeSide: ProtoOATradeSide.BUY,
      dealStatus: ProtoOADealStatus.FILLED,
      commission: 0,
      moneyDigits: usual.moneyDigits,
    },
    overrides,
  )

/**
 * A `ProtoOATrader`: 10,000.00 USD, 1:100.
 *
 * ```ts
 * tradingAccount({ balance: 500_000 }) // 5,000.00
 * ```
 */
export const tradingAccount = (overrides?: Overrides<ProtoOATrader>): ProtoOATrader =>
  overridden<ProtoOATrader>(
    {
      ctidTraderAccountId: ACCOUNT_ID,
      balance: 1_000_000,
      balanceVersion: 1,
      depositAssetId: 2,
      leverageInCents: 10_000,
      moneyDigits: usual.moneyDigits,
    },
    overrides,
  )

/**
 * A `ProtoOAMarginCall`: the first, at a margin level of 100 %.
 *
 * ```ts
 * marginCall({ marginLevelThreshold: 80 })
 * ```
 */
export const marginCall = (overrides?: Overrides<ProtoOAMarginCall>): ProtoOAMarginCall =>
  overridden<ProtoOAMarginCall>(
    {
      marginCallType: ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_1,
      marginLevelThreshold: 100,
      utcLastUpdateTimestamp: MARKET_START,
    },
    overrides,
  )
