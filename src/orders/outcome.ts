import { catchError, map, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOADeal } from '../protocol/deals'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAPosition } from '../protocol/positions'
import type { Found, Question } from './finding'
import { lastDeals, reconciled } from './lists'
import { orderNamed } from './orderNamed'
import { isRefusedWith } from './refusedWith'

const unknown: ReadonlySet<string> = new Set(['ORDER_NOT_FOUND', 'POSITION_NOT_FOUND', 'ENTITY_NOT_FOUND'])

/** What the server does not have is an answer too. */
const ifKnown = <T>(answer$: Observable<T>): Observable<T | undefined> =>
  answer$.pipe(
    catchError((error: unknown) => (isRefusedWith(error, unknown) ? of(undefined) : throwError(() => error))),
  )

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

/** All orders of a position (2183), also one that is closed. */
export const ordersOfPosition = (
  link: Link,
  accountId: number,
  positionId: number,
): Observable<readonly ProtoOAOrder[]> =>
  ifKnown(
    link.request(PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ, {
      ctidTraderAccountId: accountId,
      positionId,
    }),
  ).pipe(map(answer => answer?.order ?? []))

/** A position, if it is open. */
export const openPosition = (
  link: Link,
  accountId: number,
  positionId: number,
): Observable<ProtoOAPosition | undefined> =>
  reconciled(link, accountId).pipe(
    map(({ position = [] }) => position.find(one => one.positionId === positionId)),
  )

const filledBy = (deals: readonly ProtoOADeal[]): number =>
  deals.reduce((sum, { filledVolume }) => sum + filledVolume, 0)

/** An order with its deals: among the last of the account, where all of its are there, or asked for. */
const withDeals = (link: Link, accountId: number, order: ProtoOAOrder): Observable<Shown | undefined> => {
  const { executedVolume = 0, orderId } = order
  if (executedVolume === 0) return of({ order, deals: [] })
  return lastDeals(link, accountId).pipe(
    map(({ deal = [] }) => deal.filter(one => one.orderId === orderId)),
    catchError(() => of([])),
    switchMap(deals =>
      filledBy(deals) === executedVolume ? of({ order, deals }) : orderShown(link, accountId, orderId),
    ),
  )
}

/** The order that a command made, with its deals: by its id, or as long as that is unknown by its name. */
export const orderAskedFor = (question: Question, name: string): Observable<Shown | undefined> => {
  const { account, link, orderId } = question
  return orderId === undefined
    ? orderNamed(question, name).pipe(
        switchMap(order => (order ? withDeals(link, account.accountId, order) : of(undefined))),
      )
    : orderShown(link, account.accountId, orderId)
}

/** Of an order that was there before it can only not be seen now. */
export const noSign = ({ orderId }: Question): Found => ({
  state: orderId === undefined ? 'absent' : 'underway',
})
