import {
  EMPTY,
  catchError,
  concatMap,
  defer,
  filter,
  forkJoin,
  from,
  map,
  of,
  switchMap,
  tap,
  toArray,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder, ProtoOAReconcileRes } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { OVERLAP } from '../../streams/history/checkpoint'
import { changeTime, dealList, executionTime, orderList } from '../../streams/history/accountLists'
import type { ListOptions } from '../../streams/history/accountLists'
import { newestRows, readRowsSinceTime } from '../../streams/history/since'
import { latestPlausible } from '../../streams/history/latestTime'
import { retryOnLink } from '../../streams/sharing/persist'
import type { Baseline } from './baseline'
import type { All } from '../tracking/trackAll'
import type { ExecutionReport } from '../tracking/executionReport'
import { hasUnreadable } from './orderLists'
import { dealsByOrder, orderShown, positionsById } from './orderQueries'
import type { Shown } from './orderQueries'
import { omitUndefined } from '../../util/omitUndefined'

/** The reports of the orders that changed since a server time, the earliest change first. */
export interface CatchUp {
  readonly reports: readonly ExecutionReport[]
  /** When the last of them changed, in ms since the epoch; 0 for an account that never had an order. */
  readonly until: number
  /** Whether all answers could be read. */
  readonly isWhole: boolean
}

/** How many of the last deals the first request asks for. */
const FIRST_ROWS = 100

/** The requests, each repeated until it is answered. `isWhole` says whether all answers could be read. */
const asking = (link: Link, accountId: number) => {
  let isWhole = true
  const onUnreadable = (): void => {
    isWhole = false
  }
  const options: ListOptions = { asking: ask => retryOnLink(link, ask), onUnreadable }
  const reconciled = (returnProtectionOrders: boolean): Observable<ProtoOAReconcileRes> =>
    retryOnLink(link, () =>
      link.request(PayloadType.PROTO_OA_RECONCILE_REQ, {
        ctidTraderAccountId: accountId,
        ...(returnProtectionOrders && { returnProtectionOrders }),
      }),
    ).pipe(
      tap(answer => {
        if (hasUnreadable(answer, 'order')) onUnreadable()
      }),
    )
  const deals = dealList(link, accountId, options)
  const early = (since: number): number | undefined => (since > 0 ? since - OVERLAP : undefined)
  return {
    reconciled,
    lastDeals$: newestRows(link, deals, { maxRows: FIRST_ROWS }),
    ordersSince: (since: number) =>
      readRowsSinceTime(link, orderList(link, accountId, options), early(since)),
    dealsSince: (since: number) => readRowsSinceTime(link, deals, early(since)),
    /** The given orders, one after the other. */
    shown: (orderIds: readonly number[]): Observable<readonly Shown[]> =>
      from(orderIds).pipe(
        concatMap(orderId =>
          orderShown(link, accountId, orderId).pipe(
            catchError(() => {
              onUnreadable()
              return EMPTY
            }),
          ),
        ),
        filter(one => one !== undefined),
        toArray(),
      ),
    isWhole: () => isWhole,
  }
}

const latest = (since: number, times: readonly number[]): number =>
  Math.max(since, latestPlausible(times) ?? since)

/** The listed orders with their deals. */
const shownIn = (orders: Iterable<ProtoOAOrder>, deals: readonly ProtoOADeal[]): readonly Shown[] =>
  [...orders].map(order => ({ order, deals: dealsByOrder(deals, order.orderId) }))

const reportWith =
  (positions: readonly ProtoOAPosition[]) =>
  (shown: Shown): ExecutionReport => {
    const [position] = positionsById(positions, shown.order.positionId ?? NaN)
    return { ...shown, ...omitUndefined({ position }) }
  }

/**
 * The orders at the start: the pending ones, and those that changed since the last deal, or earlier if more time
 * has passed since the start. Only server times are used, and the first of them comes from here.
 */
export const initialCatchUp = (link: Link, accountId: number, baseline: Baseline): Observable<CatchUp> =>
  defer(() => {
    const { isWhole, lastDeals$, ordersSince, reconciled } = asking(link, accountId)
    const ended$ = lastDeals$.pipe(
      switchMap(deals => {
        baseline.deals(deals)
        const since = latest(0, deals.map(executionTime))
        return forkJoin([of(since), of(deals), ordersSince(baseline.beginningBefore(since))])
      }),
    )
    const reconciled$ = reconciled(true).pipe(tap(baseline.openNow))
    return forkJoin([reconciled$, ended$]).pipe(
      map(([{ order: pending = [], position: positions = [] }, [since, deals, ended]]) => ({
        reports: shownIn([...pending, ...ended], deals).map(reportWith(positions)),
        until: latest(since, ended.map(changeTime)),
        isWhole: isWhole(),
      })),
    )
  })

const inOrder = ({ order: a }: Shown, { order: b }: Shown): number =>
  changeTime(a) - changeTime(b) || a.orderId - b.orderId

const NONE: Pick<All, 'isOver' | 'open'> = { open: () => [], isOver: () => false }

/**
 * The reports of the orders that changed since a time. A server may have pending orders in one list only, and ended
 * ones in the other list or in none. So orders are requested by id if a deal or an earlier report names them and no
 * list has them.
 */
export const catchUpReports = (
  link: Link,
  accountId: number,
  since: number,
  { open, isOver }: Pick<All, 'isOver' | 'open'> = NONE,
): Observable<CatchUp> =>
  defer(() => {
    const { dealsSince, isWhole, ordersSince, reconciled, shown } = asking(link, accountId)
    return forkJoin([ordersSince(since), dealsSince(since), reconciled(false)]).pipe(
      switchMap(([orders, deals, { position: positions = [], order: pending = [] }]) => {
        const listed = new Map([...pending, ...orders].map(order => [order.orderId, order]))
        const named = new Set([...deals.map(({ orderId }) => orderId), ...open()])
        const unlisted = [...named].filter(orderId => !listed.has(orderId) && !isOver(orderId))
        return shown(unlisted).pipe(
          map(others => ({
            reports: [...shownIn(listed.values(), deals), ...others].sort(inOrder).map(reportWith(positions)),
            until: latest(since, [...orders.map(changeTime), ...deals.map(executionTime)]),
            isWhole: isWhole(),
          })),
        )
      }),
    )
  })
