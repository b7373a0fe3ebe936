import { catchError, map, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason, isRefused } from '../../errors'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import { ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { QueriedState, OutcomeQuery } from './outcomeQuery'
import { indexBy } from '../../util/indexBy'
import { oneAtATime } from '../../util/observables/oneAtATime'
import type { OneAtATime } from '../../util/observables/oneAtATime'
import { oncePer } from '../../util/oncePer'
import { ifComplete, lastDeals, lastOrders, lastReconciled } from './orderLists'
import { findByClientOrderId } from './findByClientOrderId'

const ordersById = indexBy(({ orderId }: ProtoOAOrder) => orderId)
export const dealsByOrder = indexBy(({ orderId }: ProtoOADeal) => orderId)
export const positionsById = indexBy(({ positionId }: ProtoOAPosition) => positionId)

/** "Not found" is an answer too. */
const ifKnown = <T>(answer$: Observable<T>): Observable<T | undefined> =>
  answer$.pipe(
    catchError((error: unknown) =>
      isRefused(error, 'ORDER_NOT_FOUND', 'POSITION_NOT_FOUND', 'ENTITY_NOT_FOUND')
        ? of(undefined)
        : throwError(() => error),
    ),
  )

const OF_POSITION = PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ

/** An order and its deals. */
export interface Shown {
  readonly order: ProtoOAOrder
  readonly deals: readonly ProtoOADeal[]
}

/** An order with its deals (2181); `undefined` if there is no order with that id. */
export const orderShown = (link: Link, accountId: number, orderId: number): Observable<Shown | undefined> =>
  ifKnown(
    link.request(PayloadType.PROTO_OA_ORDER_DETAILS_REQ, { ctidTraderAccountId: accountId, orderId }),
  ).pipe(map(details => details && { order: details.order, deals: details.deal ?? [] }))

/** The order of a position (2183) that `isWanted` picks; also of a closed position. */
export const orderOfPosition = (
  link: Link,
  accountId: number,
  positionId: number,
  isIt: (order: ProtoOAOrder) => boolean,
): Observable<ProtoOAOrder | undefined> =>
  ifKnown(
    link.request(OF_POSITION, {
      ctidTraderAccountId: accountId,
      positionId,
    }),
  ).pipe(map(answer => answer && ifComplete(answer.order?.find(isIt), answer, 'order', OF_POSITION)))

/** A position, if it is open. */
export const openPosition = (
  link: Link,
  accountId: number,
  positionId: number,
): Observable<ProtoOAPosition | undefined> =>
  lastReconciled(link, accountId).pipe(
    map(answer => ifComplete(positionsById(answer.position ?? [], positionId)[0], answer, 'position')),
  )

const filledBy = (deals: readonly ProtoOADeal[]): number =>
  deals.reduce((sum, { filledVolume }) => sum + filledVolume, 0)

/** An order with its deals. They are requested if not all of them are among the last deals of the account. */
const withDeals = (link: Link, accountId: number, order: ProtoOAOrder): Observable<Shown | undefined> => {
  const { executedVolume = 0, orderId } = order
  if (executedVolume === 0) return of({ order, deals: [] })
  return lastDeals(link, accountId).pipe(
    map(all => dealsByOrder(all, orderId)),
    catchError(() => of([])),
    switchMap(deals =>
      filledBy(deals) === executedVolume
        ? of({ order, deals })
        : // The deals may be behind their order.
          orderShown(link, accountId, orderId).pipe(map(shown => shown ?? { order, deals })),
    ),
  )
}

/** Requests that are large in number and not urgent: an urgent request waits for at most one of them. */
const inTurn = oncePer<Link, OneAtATime>(oneAtATime)

/**
 * An order that was pending at the last report. It is looked for in the pending orders and the last changed orders,
 * which are requested once for all orders. If it is in neither, it is requested by id, in turn.
 */
const restingOrder = (
  { account, life, link }: OutcomeQuery,
  orderId: number,
): Observable<Shown | undefined> => {
  const { accountId } = account
  const { executedVolume = 0 } = life.state().order ?? {}
  return lastReconciled(link, accountId).pipe(
    map(({ order: pending = [] }) => pending),
    // The requests by id are smaller.
    catchError((error: unknown) => (hasReason(error, 'TooLarge') ? of([]) : throwError(() => error))),
    switchMap(pending => {
      const [order] = ordersById(pending, orderId)
      // Deals report what was filled.
      if (order && (order.executedVolume ?? 0) <= executedVolume) return of({ order, deals: [] })
      return lastOrders(link, accountId).pipe(
        map(({ rows }) => ordersById(rows, orderId)[0]),
        catchError(() => of(undefined)),
        switchMap(changed =>
          changed ? withDeals(link, accountId, changed) : inTurn(link)(orderShown(link, accountId, orderId)),
        ),
      )
    }),
  )
}

/** The order of a command, with its deals: by its id, or by its name as long as the id is unknown. */
export const findOrder = (question: OutcomeQuery, name: string): Observable<Shown | undefined> => {
  const { account, life, link } = question
  const { orderId } = life.state().ids
  if (orderId === undefined)
    return findByClientOrderId(question, name).pipe(
      switchMap(order => (order ? withDeals(link, account.accountId, order) : of(undefined))),
    )
  return life.state().stage === 'resting'
    ? restingOrder(question, orderId)
    : orderShown(link, account.accountId, orderId)
}

/**
 * The state in which an order was found. After its end, everything that belongs to it should be there. This also
 * holds if the server does not return the name of the order.
 */
export const incompleteAnswer = (
  { intent: { id } }: Pick<OutcomeQuery, 'intent'>,
  shown: Shown,
): QueriedState => ({
  state: shown.order.orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED ? 'underway' : 'late',
  reports: [{ ...shown, clientMsgId: id }],
  detail: `it shows order ${shown.order.orderId}, but not all of its deals`,
})

/** No sign of an order among those that may be it. */
export const absentAnswer = ({ life }: Pick<OutcomeQuery, 'life'>): QueriedState => {
  const { orderId } = life.state().ids
  return {
    state: 'absent',
    detail:
      orderId === undefined
        ? 'it is neither among the orders (2175) nor among those that are pending (2124)'
        : `its order ${orderId}, which the server had reported, does not exist (2181)`,
  }
}
