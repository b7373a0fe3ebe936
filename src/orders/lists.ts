import { ReplaySubject, asyncScheduler, map, share } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import { backwards } from './backwards'
import type { Rows, Until } from './backwards'

/** Answers for all who ask the same at the same time, as they do after a restart. */
const atOnce = <T>(
  ask: (link: Link, ctidTraderAccountId: number) => Observable<T>,
): ((link: Link, accountId: number) => Observable<T>) => {
  const answers = new WeakMap<Link, { readonly at: number; readonly answer$: Observable<T> }>()
  return (link, accountId) => {
    const at = asyncScheduler.now()
    const known = answers.get(link)
    if (known?.at === at) return known.answer$
    const answer$ = ask(link, accountId).pipe(
      share({ connector: () => new ReplaySubject(Infinity), resetOnRefCountZero: true }),
    )
    answers.set(link, { at, answer$ })
    return answer$
  }
}

/** The open positions and pending orders (2124). */
export const reconciled = atOnce((link, ctidTraderAccountId) =>
  link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId }),
)

export const changedAt = ({
  utcLastUpdateTimestamp,
  tradeData: { openTimestamp = 0 },
}: ProtoOAOrder): number => utcLastUpdateTimestamp ?? openTimestamp

const ordersUntil = (link: Link, ctidTraderAccountId: number, until: Until): Observable<Rows<ProtoOAOrder>> =>
  link
    .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...until })
    .pipe(map(({ order = [], hasMore }) => ({ rows: order, hasMore })))

/** The orders that were changed last (2175), as many as one answer has. */
export const lastOrders = atOnce((link, accountId) => ordersUntil(link, accountId, {}))

/** All orders there ever were (2175), those that were changed last first. */
export const allOrders = atOnce((link, accountId) =>
  backwards(changedAt, until => ordersUntil(link, accountId, until)),
)

const MANY = 1_000

/** The deals that were made last (2133). */
export const lastDeals = atOnce((link, ctidTraderAccountId) =>
  link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, maxRows: MANY }),
)
