import { ReplaySubject, asyncScheduler, map, share } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAPosition } from '../protocol/positions'
import { backwards } from '../streams/history/backwards'
import type { Rows } from '../streams/history/backwards'

type Ask<T> = (link: Link, accountId: number, since?: number) => Observable<T>

/** Answers for all who ask the same at the same time, or within so many ms of it, as they do after a restart. */
const atOnce = <T>(ask: Ask<T>, within = 0): Ask<T> => {
  const answers = new WeakMap<
    Link,
    { readonly at: number; readonly since: number | undefined; readonly answer$: Observable<T> }
  >()
  return (link, accountId, since) => {
    const at = asyncScheduler.now()
    const known = answers.get(link)
    if (known && known.since === since && Math.abs(at - known.at) <= within) return known.answer$
    const answer$ = ask(link, accountId, since).pipe(
      share({ connector: () => new ReplaySubject(Infinity), resetOnRefCountZero: true }),
    )
    answers.set(link, { at, since, answer$ })
    return answer$
  }
}

/** What is looked for is looked for again: an answer may be so old, in ms. */
const TOGETHER = 50

const reconcile: Ask<{
  readonly position?: readonly ProtoOAPosition[]
  readonly order?: readonly ProtoOAOrder[]
}> = (link, ctidTraderAccountId) => link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId })

/** The open positions and pending orders (2124), as of now: what is not there is refused. */
export const reconciled = atOnce(reconcile)

/** The same for those who look for what became of an order. */
export const lastReconciled = atOnce(reconcile, TOGETHER)

export const changedAt = ({
  utcLastUpdateTimestamp,
  tradeData: { openTimestamp = 0 },
}: ProtoOAOrder): number => utcLastUpdateTimestamp ?? openTimestamp

/** The orders that were changed last (2175), as many as one answer has. */
export const lastOrders = atOnce(
  (link, ctidTraderAccountId) =>
    link
      .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId })
      .pipe(map(({ order = [], hasMore }): Rows<ProtoOAOrder> => ({ rows: order, hasMore }))),
  TOGETHER,
)

/** The orders that were changed since a time (2175), or all there ever were. */
export const allOrders = atOnce(
  (link, ctidTraderAccountId, since): Observable<readonly ProtoOAOrder[]> =>
    backwards(
      {
        payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
        timeOf: changedAt,
        idOf: ({ orderId }) => orderId,
        ask: window =>
          link
            .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...window })
            .pipe(map(({ order = [], hasMore }) => ({ rows: order, hasMore }))),
      },
      since === undefined ? {} : { fromTimestamp: since },
    ),
  TOGETHER,
)

const MANY = 1_000

/** The deals that were made last (2133). */
export const lastDeals = atOnce(
  (link, ctidTraderAccountId) =>
    link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, maxRows: MANY }),
  TOGETHER,
)
