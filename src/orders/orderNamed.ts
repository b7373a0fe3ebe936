import { EMPTY, asyncScheduler, catchError, concat, defer, last, map, takeWhile, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import { ProtoOAOrderType } from '../protocol/enums'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { Rows } from '../streams/history/backwards'
import { ordersBetween } from '../streams/history/ordersBetween'
import type { Question } from './finding'
import type { Intended } from './journal'
import { allOrders, lastOrders, lastReconciled } from './lists'
import { isProtection } from './protections'
import { wantsRange } from './refusedWith'

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

const DAY = 86_400_000

/** Some answer says that there is more, and none says what: so it is not known whether the order is there. */
const untold = (): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
    faults: [{ path: 'payload.order', expected: 'all orders', actual: 'a part of them' }],
  })

/** Where the server wants to be told of which time: on which links it has said so. */
const insisting = new WeakSet<Link>()

/**
 * The order of a name, whatever became of it. Asks for both, the orders that were changed last and those that are
 * pending, since a server may have each order in one of the lists only; where there are more, for all that were changed
 * since a day before it was sent by our clock. Only where the server wants to be told of which time, for those from then
 * to a day from now. Errors where what there is cannot be had.
 */
export const orderNamed = (
  { account, link, intended }: Pick<Question, 'account' | 'intended' | 'link'>,
  clientOrderId: string,
): Observable<ProtoOAOrder | undefined> =>
  defer(() => {
    const { accountId } = account
    // The same for all of a day, so that one answer is for all of them.
    const since = Math.max(0, (Math.floor(intended.at / DAY) - 1) * DAY)
    const isIt = (order: ProtoOAOrder): boolean =>
      order.clientOrderId === clientOrderId && !isProtection(order) && isAsAsked(order, intended)
    const all$ = defer(() => allOrders(link, accountId, since > 0 ? since : undefined)).pipe(
      map((rows): Rows<ProtoOAOrder> => ({ rows, hasMore: false })),
    )
    const between$ = defer(() =>
      ordersBetween(account, { from: since, to: Math.ceil(asyncScheduler.now()) + DAY }),
    ).pipe(map(({ items, progress }): Rows<ProtoOAOrder> => ({ rows: items, hasMore: progress < 1 })))
    /** What is to be asked when it is in neither of the lists. */
    let more$: Observable<Rows<ProtoOAOrder>> = insisting.has(link) ? between$ : EMPTY

    const last$ = defer(() => lastOrders(link, accountId)).pipe(
      tap(({ hasMore }) => {
        if (hasMore) more$ = all$
      }),
      catchError((error: unknown) => {
        const isInsisting = wantsRange(error)
        if (isInsisting) insisting.add(link)
        more$ = isInsisting ? between$ : throwError(() => error)
        return EMPTY
      }),
    )
    const pending$ = defer(() => lastReconciled(link, accountId)).pipe(
      map(({ order = [] }): Rows<ProtoOAOrder> => ({ rows: order, hasMore: false })),
      catchError((error: unknown) => {
        more$ = concat(
          more$,
          throwError(() => error),
        )
        return EMPTY
      }),
    )
    return concat(
      insisting.has(link) ? EMPTY : last$,
      pending$,
      defer(() => more$),
    ).pipe(
      map(({ rows, hasMore }) => ({ found: rows.find(isIt), hasMore })),
      takeWhile(({ found }) => !found, true),
      last(null, { found: undefined, hasMore: true }),
      map(({ found, hasMore }) => {
        if (!found && hasMore) throw untold()
        return found
      }),
    )
  })
