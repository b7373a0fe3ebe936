import { ReplaySubject, asyncScheduler, defer, map, share, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { stopwatch } from '../../clock'
import type { Link } from '../../connection/link'
import { CTraderError, hasReason } from '../../errors'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { unreadableEntries } from '../../protocol/codec/readable'
import type { RequestType } from '../../protocol/table'
import { dealList, orderList } from '../../streams/history/accountLists'
import type { PagedList } from '../../streams/history/pageBackwards'
import { readPagesSinceTime, latestRows } from '../../streams/history/since'

const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ

type Ask<T> = (link: Link, accountId: number, since?: number) => Observable<T>

/** Shares an answer among all who ask at the same time, or at most `within` ms later, as after a restart. */
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

/**
 * How long a list is not read again after it was useless, in ms. It takes fifty answers to see that its pages lead
 * nowhere, and a huge answer to see that it is too large.
 */
const USELESS = 60_000

/** After one of these errors, stops asking on a link for a while. */
const unlessUseless = <T>(ask: Ask<T>, ...reasons: readonly CTraderError['reason'][]): Ask<T> => {
  const useless = new WeakMap<Link, { readonly error: CTraderError; readonly elapsed: () => number }>()
  return (link, accountId, since) => {
    const known = useless.get(link)
    if (known && known.elapsed() < USELESS) return throwError(() => known.error)
    return ask(link, accountId, since).pipe(
      tap({
        error: (error: unknown) => {
          if (hasReason(error, ...reasons)) useless.set(link, { error, elapsed: stopwatch() })
        },
      }),
    )
  }
}

/** How old a shared answer may be, in ms. A search for an order is repeated, so this is safe. */
const TOGETHER = 50

/** The open positions and pending orders of an account. */
export interface OpenEntities {
  readonly position?: readonly ProtoOAPosition[]
  readonly order?: readonly ProtoOAOrder[]
}

const reconcile: Ask<OpenEntities> = (link, ctidTraderAccountId) =>
  link.request(RECONCILE, { ctidTraderAccountId })

/** The open positions and pending orders (2124), not older than the request: what is missing in it is refused. */
export const reconcileAtOnce = atOnce(reconcile)

/** The same, for resolving outcomes. */
export const lastReconciled = atOnce(unlessUseless(reconcile, 'TooLarge'), TOGETHER)

/** The error of an incomplete list: what is missing in it may exist all the same. */
export const isIncompleteList = (list: string, payloadType: RequestType = RECONCILE): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType,
    faults: [{ path: `payload.${list}`, expected: 'all of them', actual: 'a part of them' }],
  })

/** Whether a list has entries that could not be read. */
export const hasUnreadable = (answer: object, list: string): boolean =>
  unreadableEntries(answer).some(({ field }) => field === list)

/** The entry that was found in a list. Errors if there is none and the list has entries that could not be read. */
export const ifComplete = <T>(
  found: T | undefined,
  answer: object,
  list: string,
  payloadType: RequestType = RECONCILE,
): T | undefined => {
  if (found === undefined && hasUnreadable(answer, list)) throw isIncompleteList(list, payloadType)
  return found
}

/** Orders, and whether they are complete. */
export interface Orders {
  readonly rows: readonly ProtoOAOrder[]
  readonly isAll: boolean
}

/** Counts a list with unreadable entries as incomplete. */
const ordersBy =
  (
    ask: (link: Link, list: PagedList<ProtoOAOrder>, since: number | undefined) => Observable<Orders>,
  ): Ask<Orders> =>
  (link, accountId, since) =>
    defer(() => {
      let isReadable = true
      const onUnreadable = (): void => {
        isReadable = false
      }
      return ask(link, orderList(link, accountId, { onUnreadable }), since).pipe(
        map(({ rows, isAll }) => ({ rows, isAll: isAll && isReadable })),
      )
    })

/** The last changed orders (2175), as many as one answer has. */
export const lastOrders = atOnce(
  ordersBy((link, list) =>
    latestRows(link, list).pipe(map(({ rows, hasMore }) => ({ rows, isAll: !hasMore }))),
  ),
  TOGETHER,
)

/** The orders that changed since a time (2175), or all orders. */
export const allOrders = atOnce(
  unlessUseless(
    ordersBy((link, list, since) =>
      readPagesSinceTime(link, list, since).pipe(map(rows => ({ rows, isAll: true }))),
    ),
    'InvalidAnswer',
    'TooLarge',
  ),
  TOGETHER,
)

/** The pending orders (2124). */
export const pendingOrders = (link: Link, accountId: number): Observable<Orders> =>
  lastReconciled(link, accountId).pipe(
    map(answer => ({ rows: answer.order ?? [], isAll: !hasUnreadable(answer, 'order') })),
  )

const MANY = 1_000

/** The last deals (2133). */
export const lastDeals = atOnce(
  (link, accountId) =>
    latestRows(link, dealList(link, accountId), { maxRows: MANY }).pipe(map(({ rows }) => rows)),
  TOGETHER,
)
