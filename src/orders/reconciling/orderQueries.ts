import { catchError, map, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason, isRefused } from '../../errors'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import { ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { QueriedState, OutcomeQuery } from './resolveOutcome'
import { inTurn } from './inTurn'
import { indexBy } from '../../util/indexBy'
import { ifComplete, lastDeals, lastOrders, lastReconciled } from './orderLists'
import { findByClientOrderId } from './findByClientOrderId'

const ordersById = indexBy(({ orderId }: ProtoOAOrder) => orderId)
const dealsByOrder = indexBy(({ orderId }: ProtoOADeal) => orderId)
const positionsById = indexBy(({ positionId }: ProtoOAPosition) => positionId)

/** What the server does not have is an answer too. */
const ifKnown = <T>(answer$: Observable<T>): Observable<T | undefined> =>
  answer$.pipe(
    catchError((error: unknown) =>
      isRefused(error, 'ORDER_NOT_FOUND', 'POSITION_NOT_FOUND', 'ENTITY_NOT_FOUND')
        ? of(undefined)
        : throwError(() => error),
    ),
  )

const OF_POSITION = PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ

/** An order and the deals it made. */
export interface Shown {
  readonly order: ProtoOAOrder
  readonly deals: readonly ProtoOADeal[]
}

/** An order with its deals (2181), if there is one of that id. */
export const orderShown = (link: Link, accountId: number, orderId: number): Observable<Shown | undefined> =>
  ifKnown(
    link.request(PayloadType.PROTO_OA_ORDER_DETAILS_REQ, { ctidTraderAccountId: accountId, orderId }),
  ).pipe(map(details => details && { order: details.order, deals: details.deal ?? [] }))

/** That of the orders of a position (2183), also of one that is closed, which is looked for. */
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

/** An order with its deals: among the last of the account, where all of its are there, or asked for. */
const withDeals = (link: Link, accountId: number, order: ProtoOAOrder): Observable<Shown | undefined> => {
  const { executedVolume = 0, orderId } = order
  if (executedVolume === 0) return of({ order, deals: [] })
  return lastDeals(link, accountId).pipe(
    map(all => dealsByOrder(all, orderId)),
    catchError(() => of([])),
    switchMap(deals =>
      filledBy(deals) === executedVolume
        ? of({ order, deals })
        : // Deals may be behind their order.
          orderShown(link, accountId, orderId).pipe(map(shown => shown ?? { order, deals })),
    ),
  )
}

/**
 * An order that waited for its price when it was last told: among those that are pending, or those that were changed
 * last, which are asked for once for all of them; if it is in neither, by its id, when it is its turn.
 */
const restingOrder = (
  { account, life, link }: OutcomeQuery,
  orderId: number,
): Observable<Shown | undefined> => {
  const { accountId } = account
  const { executedVolume = 0 } = life.order() ?? {}
  return lastReconciled(link, accountId).pipe(
    map(({ order: pending = [] }) => pending),
    // What is asked for then is less.
    catchError((error: unknown) => (hasReason(error, 'TooLarge') ? of([]) : throwError(() => error))),
    switchMap(pending => {
      const [order] = ordersById(pending, orderId)
      // What was filled of it is told by its deals.
      if (order && (order.executedVolume ?? 0) <= executedVolume) return of({ order, deals: [] })
      return lastOrders(link, accountId).pipe(
        map(({ rows }) => ordersById(rows, orderId)[0]),
        catchError(() => of(undefined)),
        switchMap(changed =>
          changed ? withDeals(link, accountId, changed) : inTurn(link, orderShown(link, accountId, orderId)),
        ),
      )
    }),
  )
}

/** The order that a command made, with its deals: by its id, or as long as that is unknown by its name. */
export const orderAskedFor = (question: OutcomeQuery, name: string): Observable<Shown | undefined> => {
  const { account, life, link } = question
  const { orderId } = life.ids()
  if (orderId === undefined)
    return findByClientOrderId(question, name).pipe(
      switchMap(order => (order ? withDeals(link, account.accountId, order) : of(undefined))),
    )
  return life.stage() === 'resting'
    ? restingOrder(question, orderId)
    : orderShown(link, account.accountId, orderId)
}

/**
 * What the order of a command is found as: what is to follow its end should be there by now. It is that also where the
 * server does not give back by which name it was sent.
 */
export const asFound = (
  { intended: { id } }: Pick<OutcomeQuery, 'intended'>,
  shown: Shown,
): QueriedState => ({
  state: shown.order.orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED ? 'underway' : 'late',
  reports: [{ ...shown, clientMsgId: id }],
  detail: `it shows order ${shown.order.orderId}, but not all of its deals`,
})

/** No sign of an order, among those that may be it. */
export const noSign = ({ life }: Pick<OutcomeQuery, 'life'>): QueriedState => {
  const { orderId } = life.ids()
  return {
    state: 'absent',
    detail:
      orderId === undefined
        ? 'it is neither among the orders (2175) nor among those that are pending (2124)'
        : `its order ${orderId}, which the server had reported, does not exist (2181)`,
  }
}
