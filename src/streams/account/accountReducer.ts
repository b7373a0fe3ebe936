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
import { defined } from '../../util/defined'

/** The server's view of an account: its trader, its open positions and its pending orders, by id. */
export interface AccountState {
  readonly trader: ProtoOATrader
  readonly positions: PersistentMap<number, ProtoOAPosition>
  readonly orders: PersistentMap<number, ProtoOAOrder>
}

type Balance = Pick<ProtoOATrader, 'balance' | 'balanceVersion'>

/** An account while its first answers are on their way, and from then on. */
export interface Draft {
  readonly trader: ProtoOATrader | undefined
  /** The latest balance that the server reported. */
  readonly balance: Balance | undefined
  readonly positions: Entities<ProtoOAPosition>
  readonly orders: Entities<ProtoOAOrder>
  readonly isReconciled: boolean
}

/** Applies one answer or one event to what is known. */
export type Act = (draft: Draft) => Draft

export const blank: Draft = {
  trader: undefined,
  balance: undefined,
  positions: noEntities,
  orders: noEntities,
  isReconciled: false,
}

/** The terms that a trade was opened with do not change, so an event may leave them out. */
const tradeOver = (known: ProtoOATradeData | undefined, said: ProtoOATradeData): ProtoOATradeData =>
  over(known, said, ['openTimestamp', 'label', 'comment', 'measurementUnits'])

/**
 * A position, updated. An event may leave out fields that every open position has: keep those. Protections are
 * different: a missing stop loss means that there is none.
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

/** An order, updated. A term that is missing from the event is no longer set. */
const orderOver = (known: ProtoOAOrder | undefined, said: ProtoOAOrder): ProtoOAOrder =>
  over(known, { ...said, tradeData: tradeOver(known?.tradeData, said.tradeData) }, [
    'clientOrderId',
    'positionId',
  ])

const positionIdOf = ({ positionId }: ProtoOAPosition): number => positionId
const orderIdOf = ({ orderId }: ProtoOAOrder): number => orderId

/** The balance with the higher `balanceVersion` is newer. Without a version, the one that came last is. */
const newest = (known: Balance | undefined, said: Balance): Balance => {
  const { balance, balanceVersion = known?.balanceVersion } = said
  if (known && (known.balanceVersion ?? -Infinity) > (balanceVersion ?? Infinity)) return known
  return { balance, ...defined({ balanceVersion }) }
}

const withBalance = (draft: Draft, said: Balance): Draft => {
  const balance = newest(draft.balance, said)
  return { ...draft, balance, trader: draft.trader && { ...draft.trader, ...balance } }
}

/** Applies the answer to 2121, which is complete. */
export const withTrader =
  (trader: ProtoOATrader): Act =>
  draft =>
    withBalance({ ...draft, trader }, trader)

/**
 * Applies a 2123. It may hold only the changed fields: keep the others. Before the first answer it is not enough to
 * make a trader.
 */
export const withTraderUpdate =
  (trader: ProtoOATrader): Act =>
  draft =>
    withBalance({ ...draft, trader: draft.trader && { ...draft.trader, ...trader } }, trader)

/** Applies the answer (2124) to a request that was sent at `at`. */
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

/** Leaves out the orders behind a stop loss or take profit: they belong to positions. */
const isPending = ({ orderStatus, orderType }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT

const withPosition = (draft: Draft, position: ProtoOAPosition, now: number): Draft => {
  const { positionId, utcLastUpdateTimestamp } = position
  // A netted account can open a new position with the same id.
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

/** Applies an execution event (2126). */
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

/** Applies a 2107. A trailing stop moves in one direction only, so a move back comes from a late event: ignore it. */
export const withTrailingStop =
  ({ positionId, stopPrice, utcLastUpdateTimestamp }: ProtoOATrailingSLChangedEvent, now: number): Act =>
  draft => {
    const position = lookup(draft.positions.all, positionId)
    if (!position || utcLastUpdateTimestamp < (position.utcLastUpdateTimestamp ?? -Infinity)) return draft
    const { stopLoss = stopPrice, tradeData } = position
    const isBack = tradeData.tradeSide === ProtoOATradeSide.BUY ? stopPrice < stopLoss : stopPrice > stopLoss
    return isBack ? draft : withChanged(draft, { ...position, stopLoss: stopPrice }, now)
  }

/** Applies a 2141. */
export const withMargin =
  ({ positionId, usedMargin }: ProtoOAMarginChangedEvent, now: number): Act =>
  draft => {
    const position = lookup(draft.positions.all, positionId)
    return position ? withChanged(draft, { ...position, usedMargin }, now) : draft
  }
