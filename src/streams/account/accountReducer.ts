import type { ProtoOATrader } from '../../protocol/messages/account'
import {
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
  ProtoOATradeSide,
} from '../../protocol/messages/enums'
import type { ProtoOAExecutionEvent, ProtoOAOrder, ProtoOAReconcileRes } from '../../protocol/messages/orders'
import type {
  ProtoOAMarginChangedEvent,
  ProtoOAPosition,
  ProtoOATradeData,
  ProtoOATrailingSLChangedEvent,
} from '../../protocol/messages/positions'
import { unreadableIds } from '../../protocol/codec/readable'
import { gone, listed, noEntities, told } from './entityMap'
import type { Entities } from './entityMap'
import { lookup, updated } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import { over } from './sparse'

/** An account as the server has it: its trader, its open positions and its pending orders by their ids. */
export interface AccountState {
  readonly trader: ProtoOATrader
  readonly positions: PersistentMap<number, ProtoOAPosition>
  readonly orders: PersistentMap<number, ProtoOAOrder>
}

type Balance = Pick<ProtoOATrader, 'balance' | 'balanceVersion'>

/** What is known of an account while the answers about it are on their way, and from then on. */
export interface Draft {
  readonly trader: ProtoOATrader | undefined
  /** The last that was told. */
  readonly balance: Balance | undefined
  readonly positions: Entities<ProtoOAPosition>
  readonly orders: Entities<ProtoOAOrder>
  readonly isReconciled: boolean
}

/** What an answer or an event makes of what was known. */
export type Act = (draft: Draft) => Draft

export const blank: Draft = {
  trader: undefined,
  balance: undefined,
  positions: noEntities,
  orders: noEntities,
  isReconciled: false,
}

/** What a trade was opened with does not change. */
const tradeOver = (known: ProtoOATradeData | undefined, said: ProtoOATradeData): ProtoOATradeData =>
  over(known, said, ['openTimestamp', 'label', 'comment', 'measurementUnits'])

/**
 * A position as it is said to be. What each open position has stays what it was where that is left out. Protections do
 * not: a stop loss that is not there is none.
 */
const positionOver = (known: ProtoOAPosition | undefined, said: ProtoOAPosition): ProtoOAPosition =>
  over(known, { ...said, tradeData: tradeOver(known?.tradeData, said.tradeData) }, [
    'price',
    'commission',
    'marginRate',
    'mirroringCommission',
    'usedMargin',
    'moneyDigits',
  ])

/** An order as it is said to be: its terms are those that are said, also where that is none. */
const orderOver = (known: ProtoOAOrder | undefined, said: ProtoOAOrder): ProtoOAOrder =>
  over(known, { ...said, tradeData: tradeOver(known?.tradeData, said.tradeData) }, [
    'clientOrderId',
    'positionId',
  ])

const positionIdOf = ({ positionId }: ProtoOAPosition): number => positionId
const orderIdOf = ({ orderId }: ProtoOAOrder): number => orderId

/** `balanceVersion` says which of two is the newer; without it, it is the one that came last. */
const newest = (known: Balance | undefined, said: Balance): Balance => {
  const { balance, balanceVersion = known?.balanceVersion } = said
  if (known && (known.balanceVersion ?? -Infinity) > (balanceVersion ?? Infinity)) return known
  return { balance, ...(balanceVersion !== undefined && { balanceVersion }) }
}

const withBalance = (draft: Draft, said: Balance): Draft => {
  const balance = newest(draft.balance, said)
  return { ...draft, balance, trader: draft.trader && { ...draft.trader, ...balance } }
}

/** As 2121 answers: all of it. */
export const withTrader =
  (trader: ProtoOATrader): Act =>
  draft =>
    withBalance({ ...draft, trader }, trader)

/** As 2123 tells: maybe only what is new. What it leaves out stays, and where nothing is known yet it is not enough. */
export const withTraderUpdate =
  (trader: ProtoOATrader): Act =>
  draft =>
    withBalance({ ...draft, trader: draft.trader && { ...draft.trader, ...trader } }, trader)

/** As 2124 answers what was asked at a time. */
export const withReconciled =
  (answer: ProtoOAReconcileRes, at: number): Act =>
  draft => {
    const { position = [], order = [] } = answer
    const asked = { at, isAgain: draft.isReconciled }
    return {
      ...draft,
      positions: listed(
        draft.positions,
        position.filter(isOpen).map(one => positionOver(lookup(draft.positions.all, one.positionId), one)),
        positionIdOf,
        {
          ...asked,
          unreadable: unreadableIds(answer, 'position', 'positionId'),
        },
      ),
      orders: listed(
        draft.orders,
        order.filter(isPending).map(one => orderOver(lookup(draft.orders.all, one.orderId), one)),
        orderIdOf,
        {
          ...asked,
          unreadable: unreadableIds(answer, 'order', 'orderId'),
        },
      ),
      isReconciled: true,
    }
  }

const isOpen = ({ positionStatus }: ProtoOAPosition): boolean =>
  positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN

/** The orders behind protections are their positions'. */
const isPending = ({ orderStatus, orderType }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT

const withPosition = (draft: Draft, position: ProtoOAPosition, now: number): Draft => {
  const { positionId, utcLastUpdateTimestamp } = position
  // A netted account can open one anew under the same id.
  const positions = isOpen(position)
    ? told(draft.positions, positionId, positionOver(lookup(draft.positions.all, positionId), position), now)
    : gone(draft.positions, positionId, utcLastUpdateTimestamp)
  return { ...draft, positions }
}

const withOrder = (draft: Draft, order: ProtoOAOrder, now: number): Draft => ({
  ...draft,
  orders: isPending(order)
    ? told(draft.orders, order.orderId, orderOver(lookup(draft.orders.all, order.orderId), order), now)
    : gone(draft.orders, order.orderId, Infinity),
})

/** As an execution event (2126) tells. */
export const withExecution =
  (
    { position, order, deal, depositWithdraw, bonusDepositWithdraw: bonus }: ProtoOAExecutionEvent,
    now: number,
  ): Act =>
  draft => {
    const balance = deal?.closePositionDetail ?? depositWithdraw
    let next = balance ? withBalance(draft, balance) : draft
    if (position) next = withPosition(next, position, now)
    if (order) next = withOrder(next, order, now)
    if (bonus && next.trader) {
      const { managerBonus, ibBonus } = bonus
      next = { ...next, trader: { ...next.trader, managerBonus, ibBonus } }
    }
    return next
  }

const withChanged = (draft: Draft, position: ProtoOAPosition, now: number): Draft => {
  const { positionId } = position
  const { all, toldAt, ended } = draft.positions
  return {
    ...draft,
    positions: {
      all: updated(all, [[positionId, position]]),
      ended,
      toldAt: updated(toldAt, [[positionId, now]]),
    },
  }
}

/** As 2107 tells. A trailing stop goes one way, so the other way is back to what was before. */
export const withTrailingStop =
  ({ positionId, stopPrice, utcLastUpdateTimestamp }: ProtoOATrailingSLChangedEvent, now: number): Act =>
  draft => {
    const position = lookup(draft.positions.all, positionId)
    if (!position || utcLastUpdateTimestamp < (position.utcLastUpdateTimestamp ?? -Infinity)) return draft
    const { stopLoss = stopPrice, tradeData } = position
    const isBack = tradeData.tradeSide === ProtoOATradeSide.BUY ? stopPrice < stopLoss : stopPrice > stopLoss
    return isBack ? draft : withChanged(draft, { ...position, stopLoss: stopPrice }, now)
  }

/** As 2141 tells. */
export const withMargin =
  ({ positionId, usedMargin }: ProtoOAMarginChangedEvent, now: number): Act =>
  draft => {
    const position = lookup(draft.positions.all, positionId)
    return position ? withChanged(draft, { ...position, usedMargin }, now) : draft
  }
