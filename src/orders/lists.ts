import { ReplaySubject, asyncScheduler, map, share } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAPosition } from '../protocol/positions'
import { backwards } from './backwards'
import type { Rows } from './backwards'

type Ask<T> = (link: Link, accountId: number) => Observable<T>

/** Answers for all who ask the same at the same time, or within so many ms of it, as they do after a restart. */
const atOnce = <T>(ask: Ask<T>, within = 0): Ask<T> => {
  const answers = new WeakMap<Link, { readonly at: number; readonly answer$: Observable<T> }>()
  return (link, accountId) => {
    const at = asyncScheduler.now()
    const known = answers.get(link)
    if (known && Math.abs(at - known.at) <= within) return known.answer$
    const answer$ = ask(link, accountId).pipe(
      share({ connector: () => new ReplaySubject(Infinity), resetOnRefCountZero: true }),
    )
    answers.set(link, { at, answer$ })
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

/** All orders there ever were (2175), those that were changed last first. */
export const allOrders = atOnce(
  (link, ctidTraderAccountId) =>
    backwards(changedAt, until =>
      link
        .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...until })
        .pipe(map(({ order = [], hasMore }) => ({ rows: order, hasMore }))),
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
