import {
  asyncScheduler,
  catchError,
  concatMap,
  forkJoin,
  from,
  map,
  of,
  reduce,
  switchMap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOADeal } from '../protocol/deals'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import { answerOn } from '../streams/live'
import { backwards } from '../streams/history/backwards'
import type { PagedList, Window } from '../streams/history/backwards'
import { latestOf } from '../streams/latestTime'
import type { Heard } from './heard'
import { changedAt } from './lists'
import { wantsRange } from './refusedWith'

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

const DAY = 86_400_000
const WEEK = 7 * DAY

/** From a time to a day from now, or the last week, in pieces that a server takes which wants to be told of which time. */
const windowsSince = (since: number): Window[] => {
  const to = Math.ceil(Math.max(asyncScheduler.now(), since)) + DAY
  const begin = since > 0 ? since - OVERLAP : Math.max(0, to - WEEK)
  return Array.from({ length: Math.ceil((to - begin) / WEEK) }, (_, n) => ({
    fromTimestamp: begin + n * WEEK,
    toTimestamp: Math.min(begin + (n + 1) * WEEK, to),
  }))
}

/** All there is since a time, by as many answers as it takes. */
const allSince = <T>(since: number, list: PagedList<T>): Observable<T[]> =>
  backwards(list, since > 0 ? { fromTimestamp: since - OVERLAP } : {}).pipe(
    catchError((error: unknown) =>
      wantsRange(error)
        ? from(windowsSince(since)).pipe(concatMap(window => backwards(list, window)))
        : throwError(() => error),
    ),
    reduce((all: T[], rows) => [...all, ...rows], []),
  )

/** The answer as soon as the server can give it; at once where it never will, as it wants to be told of which time. */
const answered = <T>(link: Link, ask: () => Observable<T>): Observable<T> =>
  answerOn(link, () =>
    ask().pipe(
      map(answer => ({ answer })),
      catchError((error: unknown) => (wantsRange(error) ? of({ error }) : throwError(() => error))),
    ),
  ).pipe(
    map(said => {
      if ('error' in said) throw said.error
      return said.answer
    }),
  )

const executedAt = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

const ordersSince = (link: Link, accountId: number, since: number): Observable<ProtoOAOrder[]> =>
  allSince(since, {
    payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
    timeOf: changedAt,
    idOf: ({ orderId }) => orderId,
    ask: window =>
      answered(link, () =>
        link.request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId: accountId, ...window }),
      ).pipe(map(({ order = [], hasMore }) => ({ rows: order, hasMore }))),
  })

const dealsSince = (link: Link, accountId: number, since: number): Observable<ProtoOADeal[]> =>
  allSince(since, {
    payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
    timeOf: executedAt,
    idOf: ({ dealId }) => dealId,
    ask: window =>
      answered(link, () =>
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
    map(([orders, deals, { position: positions = [], order: pending = [] }]) => {
      const listed = new Set(orders.map(({ orderId }) => orderId))
      const positionOf = new Map(positions.map(position => [position.positionId, position]))
      const dealsOf = new Map<number, ProtoOADeal[]>()
      for (const deal of deals) dealsOf.set(deal.orderId, [...(dealsOf.get(deal.orderId) ?? []), deal])
      // A server may have what is pending in the one list only, and what has ended in the other.
      const all = [...orders, ...pending.filter(({ orderId }) => !listed.has(orderId))]
      return {
        heard: all
          .sort((a, b) => changedAt(a) - changedAt(b) || a.orderId - b.orderId)
          .map(order => {
            const position = positionOf.get(order.positionId ?? NaN)
            return { order, deals: dealsOf.get(order.orderId) ?? [], ...(position && { position }) }
          }),
        until: latest(since, [...orders.map(changedAt), ...deals.map(executedAt)]),
      }
    }),
  )
}
