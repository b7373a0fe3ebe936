import {
  ProtoOAChangeBalanceType,
  ProtoOAChangeBonusType,
  ProtoOADealStatus,
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAPositionStatus,
} from '../../protocol/messages/enums'
import type { ProtoOAExecutionEvent } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { MessageOf } from '../../protocol/table'
import { message, overridden } from './build'
import type { Overrides } from './build'
import { deal, order, position } from './entities'
import { ACCOUNT_ID, MARKET_START, usual } from './usual'

const { ORDER_STATUS_ACCEPTED, ORDER_STATUS_CANCELLED, ORDER_STATUS_EXPIRED, ORDER_STATUS_REJECTED } =
  ProtoOAOrderStatus

/** An order that has not been filled, and its empty position. */
const unfilled = (orderStatus: ProtoOAOrderStatus): Partial<ProtoOAExecutionEvent> => ({
  order: order({ orderStatus, executionPrice: undefined, executedVolume: undefined }),
  position: position({
    positionStatus: ProtoOAPositionStatus.POSITION_STATUS_CREATED,
    tradeData: { volume: 0 },
    price: undefined,
    usedMargin: undefined,
  }),
})

const half = usual.volume / 2

/** The usual content of each type of execution. */
const usualOf = (type: ProtoOAExecutionType): Partial<ProtoOAExecutionEvent> => {
  switch (type) {
    case ProtoOAExecutionType.ORDER_ACCEPTED:
    case ProtoOAExecutionType.ORDER_REPLACED:
      return unfilled(ORDER_STATUS_ACCEPTED)
    case ProtoOAExecutionType.ORDER_CANCELLED:
      return unfilled(ORDER_STATUS_CANCELLED)
    case ProtoOAExecutionType.ORDER_EXPIRED:
      return unfilled(ORDER_STATUS_EXPIRED)
    case ProtoOAExecutionType.ORDER_REJECTED:
      return { ...unfilled(ORDER_STATUS_REJECTED), errorCode: 'MARKET_CLOSED' }
    case ProtoOAExecutionType.ORDER_CANCEL_REJECTED:
      return { ...unfilled(ORDER_STATUS_ACCEPTED), errorCode: 'POSITION_LOCKED' }
    case ProtoOAExecutionType.ORDER_PARTIAL_FILL:
      return {
        order: order({ orderStatus: ORDER_STATUS_ACCEPTED, executedVolume: half }),
        position: position({ tradeData: { volume: half } }),
        deal: deal({ filledVolume: half, dealStatus: ProtoOADealStatus.PARTIALLY_FILLED }),
      }
    case ProtoOAExecutionType.SWAP:
      return { position: position({ swap: -10 }), isServerEvent: true }
    case ProtoOAExecutionType.DEPOSIT_WITHDRAW:
      return {
        depositWithdraw: {
          operationType: ProtoOAChangeBalanceType.BALANCE_DEPOSIT,
          balanceHistoryId: 1,
          balance: 1_100_000,
          delta: 100_000,
          changeBalanceTimestamp: MARKET_START,
          moneyDigits: usual.moneyDigits,
        },
      }
    case ProtoOAExecutionType.BONUS_DEPOSIT_WITHDRAW:
      return {
        bonusDepositWithdraw: {
          operationType: ProtoOAChangeBonusType.BONUS_DEPOSIT,
          bonusHistoryId: 1,
          managerBonus: 100_000,
          managerDelta: 100_000,
          ibBonus: 0,
          ibDelta: 0,
          changeBonusTimestamp: MARKET_START,
          moneyDigits: usual.moneyDigits,
        },
      }
    default:
      return { order: order(), position: position(), deal: deal() }
  }
}

/**
 * A `ProtoOAExecutionEvent` (2126): an order to buy 1,000 EUR is filled at 1.1. With another `executionType`, the
 * usual content of that type. Prices are decimals, volumes are cents, money is in 10^-moneyDigits.
 *
 * ```ts
 * execution({ deal: { executionPrice: 1.2 }, position: { positionId: 7 } })
 * execution({ executionType: ProtoOAExecutionType.ORDER_ACCEPTED })
 * ```
 */
export const execution = (
  overrides: Overrides<ProtoOAExecutionEvent> = {},
): MessageOf<typeof PayloadType.PROTO_OA_EXECUTION_EVENT> => {
  const { executionType = ProtoOAExecutionType.ORDER_FILLED } = overrides
  return message(
    PayloadType.PROTO_OA_EXECUTION_EVENT,
    overridden<ProtoOAExecutionEvent>(
      { ctidTraderAccountId: ACCOUNT_ID, executionType, ...usualOf(executionType) },
      overrides,
    ),
  )
}
