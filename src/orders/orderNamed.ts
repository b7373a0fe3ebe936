import { asyncScheduler, catchError, concat, defer, last, map, takeWhile, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../errors'
import { ProtoOAOrderType } from '../protocol/enums'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import { ordersBetween } from '../streams/history/ordersBetween'
import type { Rows } from './backwards'
import type { Question } from './finding'
import type { Intended } from './journal'
import { allOrders, lastOrders, reconciled } from './lists'
import { isProtection } from './protections'
import { isRefusedWith } from './refusedWith'

const isAtOnce = (orderType: ProtoOAOrderType): boolean =>
  orderType === ProtoOAOrderType.MARKET || orderType === ProtoOAOrderType.MARKET_RANGE

/**
 * Whether an order has the terms of what was asked for: a name may have been used before. The volume of one that
 * waited for its price may have been amended since.
 */
const isAsAsked = ({ orderType, tradeData }: ProtoOAOrder, { payloadType, payload }: Intended): boolean =>
  payloadType !== PayloadType.PROTO_OA_NEW_ORDER_REQ ||
  (payload.symbolId === tradeData.symbolId &&
    payload.tradeSide === tradeData.tradeSide &&
    payload.orderType === orderType &&
    (!isAtOnce(orderType) || payload.volume === tradeData.volume))

/** The server wants to be told of which time, or of a shorter one. */
const boundless: ReadonlySet<string> = new Set(['INCORRECT_BOUNDARIES', 'INVALID_REQUEST'])

const DAY = 86_400_000

/** Some answer says that there is more, and none says what: so it is not known whether the order is there. */
const untold = (): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
    faults: [{ path: 'payload.order', expected: 'all orders', actual: 'a part of them' }],
  })

/**
 * The order of a name, whatever became of it: among the orders that were changed last; where there are more, among the
 * pending ones, and then among all there ever were, by the server's own times. Only where the server wants to be told
 * of which time, from a day before it was sent by our clock to a day from now. Errors where what there is cannot be had.
 */
export const orderNamed = (
  { account, link, intended }: Question,
  clientOrderId: string,
): Observable<ProtoOAOrder | undefined> => {
  const { accountId } = account
  const isIt = (order: ProtoOAOrder): boolean =>
    order.clientOrderId === clientOrderId && !isProtection(order) && isAsAsked(order, intended)
  const pending$ = defer(() => reconciled(link, accountId)).pipe(
    map(({ order = [] }): Rows<ProtoOAOrder> => ({ rows: order, hasMore: true })),
  )
  const between$ = defer(() =>
    ordersBetween(account, {
      from: Math.max(0, Math.floor(intended.at) - DAY),
      to: Math.ceil(asyncScheduler.now()) + DAY,
    }),
  ).pipe(map(({ items, progress }): Rows<ProtoOAOrder> => ({ rows: items, hasMore: progress < 1 })))
  return concat(
    lastOrders(link, accountId),
    pending$,
    defer(() => allOrders(link, accountId)),
  ).pipe(
    catchError((error: unknown) =>
      isRefusedWith(error, boundless) ? concat(pending$, between$) : throwError(() => error),
    ),
    map(({ rows, hasMore }) => ({ found: rows.find(isIt), hasMore })),
    takeWhile(({ found, hasMore }) => !found && hasMore, true),
    last(null, { found: undefined, hasMore: true }),
    map(({ found, hasMore }) => {
      if (!found && hasMore) throw untold()
      return found
    }),
  )
}
