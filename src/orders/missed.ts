import { forkJoin, map, of, reduce, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOADeal } from '../protocol/deals'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import { answerOn } from '../streams/live'
import { backwards } from '../streams/history/backwards'
import type { PagedList } from '../streams/history/backwards'
import { latestOf } from '../streams/latestTime'
import type { Heard } from './heard'
import { changedAt } from './lists'

/** What the server says of the orders that changed since a time of its own, the earliest change first. */
export interface Missed {
  readonly heard: readonly Heard[]
  /** When the last of it was, in ms since the epoch; 0 for an account that never had an order. */
  readonly until: number
}

/**
 * So much earlier is asked for than what is known last, in ms: not all that is told of the same moment comes at once, and
 * a list may be behind. What is known already is told again then, and is no news.
 */
const OVERLAP = 20_000

/** All there is since a time, by as many answers as it takes. */
const allSince = <T>(since: number, list: PagedList<T>): Observable<T[]> =>
  backwards(list, since > 0 ? { fromTimestamp: since - OVERLAP } : {}).pipe(
    reduce((all: T[], rows) => [...all, ...rows], []),
  )

const executedAt = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

const ordersSince = (link: Link, accountId: number, since: number): Observable<ProtoOAOrder[]> =>
  allSince(since, {
    payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
    timeOf: changedAt,
    idOf: ({ orderId }) => orderId,
    ask: window =>
      answerOn(link, () =>
        link.request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId: accountId, ...window }),
      ).pipe(map(({ order = [], hasMore }) => ({ rows: order, hasMore }))),
  })

const dealsSince = (link: Link, accountId: number, since: number): Observable<ProtoOADeal[]> =>
  allSince(since, {
    payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
    timeOf: executedAt,
    idOf: ({ dealId }) => dealId,
    ask: window =>
      answerOn(link, () =>
        link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId: accountId, ...window }),
      ).pipe(map(({ deal = [], hasMore }) => ({ rows: deal, hasMore }))),
  })

const latest = (since: number, times: readonly number[]): number => Math.max(since, latestOf(times) ?? since)

/**
 * The orders there are to begin with: the pending ones, and those that changed since the last deal. Only the server's
 * own times are used, and this is where the first of them comes from.
 */
export const atFirst = (link: Link, accountId: number): Observable<Missed> => {
  const account = { ctidTraderAccountId: accountId }
  const lastDeal$ = answerOn(link, () =>
    link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ...account, maxRows: 1 }),
  ).pipe(map(({ deal = [] }) => latest(0, deal.map(executedAt))))
  const pending$ = answerOn(link, () =>
    link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ...account, returnProtectionOrders: true }),
  ).pipe(map(({ order = [] }) => order))
  const ended$ = lastDeal$.pipe(
    switchMap(since => forkJoin([of(since), ordersSince(link, accountId, since)])),
  )
  return forkJoin([pending$, ended$]).pipe(
    map(([pending, [since, ended]]) => ({
      heard: [...pending, ...ended].map(order => ({ order })),
      until: latest(since, ended.map(changedAt)),
    })),
  )
}

/** What became of the orders of an account since a time. */
export const missedSince = (link: Link, accountId: number, since: number): Observable<Missed> => {
  const reconciled$ = answerOn(link, () =>
    link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId: accountId }),
  )
  return forkJoin([
    ordersSince(link, accountId, since),
    dealsSince(link, accountId, since),
    reconciled$,
  ]).pipe(
    map(([orders, deals, { position: positions = [] }]) => ({
      heard: [...orders]
        .sort((a, b) => changedAt(a) - changedAt(b) || a.orderId - b.orderId)
        .map(order => {
          const position = positions.find(({ positionId }) => positionId === order.positionId)
          return {
            order,
            deals: deals.filter(({ orderId }) => orderId === order.orderId),
            ...(position && { position }),
          }
        }),
      until: latest(since, [...orders.map(changedAt), ...deals.map(executedAt)]),
    })),
  )
}
