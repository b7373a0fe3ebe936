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
  ProtoOATrailingSLChangedEvent,
} from '../../protocol/messages/positions'
import { unreadableIds } from '../../protocol/codec/readable'
import { removeEntity, applyList, noEntities, put, applyEntity } from './entityMap'
import type { Asked, Entities } from './entityMap'
import { lookup } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import { mergeSparse } from './mergeSparse'
import { omitUndefined } from '../../util/omitUndefined'

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

export const initialDraft: Draft = {
  trader: undefined,
  balance: undefined,
  positions: noEntities,
  orders: noEntities,
  isReconciled: false,
}

/** Positions or orders: which of them exist, and what an event about one may leave out. */
interface Kind<T> {
  readonly idOf: (entity: T) => number
  readonly exists: (entity: T) => boolean
  /** When one that does not exist any more ended. */
  readonly endedAt: (entity: T) => number | undefined
  /** The fields that an event may leave out although they are still set. */
  readonly lasting: readonly (keyof T)[]
}

/** The open positions. A missing stop loss means that there is none, so protections are not lasting. */
const openPositions: Kind<ProtoOAPosition> = {
  idOf: ({ positionId }) => positionId,
  exists: ({ positionStatus }) => positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN,
  // A netted account can open a new position with the same id.
  endedAt: ({ utcLastUpdateTimestamp }) => utcLastUpdateTimestamp,
  lasting: ['price', 'commission', 'marginRate', 'mirroringCommission', 'usedMargin', 'moneyDigits'],
}

/** The pending orders, without the orders behind a stop loss or take profit: they belong to positions. */
const pendingOrders: Kind<ProtoOAOrder> = {
  idOf: ({ orderId }) => orderId,
  exists: ({ orderStatus, orderType }) =>
    orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
    orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT,
  endedAt: () => Infinity,
  lasting: ['clientOrderId', 'positionId'],
}

/** The terms that a trade was opened with do not change, so an event may leave them out. */
const lastingTerms = ['openTimestamp', 'label', 'comment', 'measurementUnits'] as const

type Traded = ProtoOAPosition | ProtoOAOrder

/** An entity as the server says it now, with the lasting fields that are known. */
const completed = <T extends Traded>({ idOf, lasting }: Kind<T>, { all }: Entities<T>, said: T): T => {
  const known = lookup(all, idOf(said))
  return mergeSparse(
    known,
    { ...said, tradeData: mergeSparse(known?.tradeData, said.tradeData, lastingTerms) },
    lasting,
  )
}

const afterEvent = <T extends Traded>(
  kind: Kind<T>,
  entities: Entities<T>,
  said: T,
  now: number,
): Entities<T> =>
  kind.exists(said)
    ? applyEntity(entities, kind.idOf(said), completed(kind, entities, said), now)
    : removeEntity(entities, kind.idOf(said), kind.endedAt(said))

const afterList = <T extends Traded>(
  kind: Kind<T>,
  entities: Entities<T>,
  list: readonly T[] = [],
  asked: Asked,
): Entities<T> =>
  applyList(
    entities,
    list.filter(kind.exists).map(said => completed(kind, entities, said)),
    kind.idOf,
    asked,
  )

/** The balance with the higher `balanceVersion` is newer. Without a version, the one that came last is. */
const newest = (known: Balance | undefined, said: Balance): Balance => {
  const { balance, balanceVersion = known?.balanceVersion } = said
  if (known && (known.balanceVersion ?? -Infinity) > (balanceVersion ?? Infinity)) return known
  return { balance, ...omitUndefined({ balanceVersion }) }
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
    const asked = (list: 'position' | 'order', id: string): Asked => ({
      at,
      isAgain: draft.isReconciled,
      unreadable: unreadableIds(answer, list, id),
    })
    return {
      ...draft,
      positions: afterList(openPositions, draft.positions, answer.position, asked('position', 'positionId')),
      orders: afterList(pendingOrders, draft.orders, answer.order, asked('order', 'orderId')),
      isReconciled: true,
    }
  }

/** Applies an execution event (2126). */
export const withExecution =
  (
    { position, order, deal, depositWithdraw, bonusDepositWithdraw: bonus }: ProtoOAExecutionEvent,
    now: number,
  ): Act =>
  draft => {
    const balance = deal?.closePositionDetail ?? depositWithdraw
    let next = balance ? withBalance(draft, balance) : draft
    if (position) next = { ...next, positions: afterEvent(openPositions, next.positions, position, now) }
    if (order) next = { ...next, orders: afterEvent(pendingOrders, next.orders, order, now) }
    if (bonus && next.trader) {
      const { managerBonus, ibBonus } = bonus
      next = { ...next, trader: { ...next.trader, managerBonus, ibBonus } }
    }
    return next
  }

const withChanged = (draft: Draft, position: ProtoOAPosition, now: number): Draft => ({
  ...draft,
  positions: put(draft.positions, position.positionId, position, now),
})

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
