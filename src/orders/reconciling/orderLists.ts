import { ReplaySubject, asyncScheduler, defer, map, share, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { stopwatch } from '../../clock'
import type { Link } from '../../connection/link'
import { CTraderError, hasReason } from '../../errors'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { unreadableIn } from '../../protocol/codec/readable'
import type { RequestType } from '../../protocol/table'
import { dealList, orderList } from '../../streams/history/accountLists'
import type { PagedList } from '../../streams/history/pageBackwards'
import { pagesSince, someRows } from '../../streams/history/since'

const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ

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

/**
 * So long a list is not read again where that is of no use, in ms: that its pages lead nowhere takes fifty answers to see,
 * and that it is too large a large one.
 */
const USELESS = 60_000

/** Asks no more for a while on a link where it has errored for one of these reasons. */
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

/** What is looked for is looked for again: an answer may be so old, in ms. */
const TOGETHER = 50

const reconcile: Ask<{
  readonly position?: readonly ProtoOAPosition[]
  readonly order?: readonly ProtoOAOrder[]
}> = (link, ctidTraderAccountId) => link.request(RECONCILE, { ctidTraderAccountId })

/** The open positions and pending orders (2124), as of now: what is not there is refused. */
export const reconciled = atOnce(reconcile)

/** The same for those who look for what became of an order. */
export const lastReconciled = atOnce(unlessUseless(reconcile, 'TooLarge'), TOGETHER)

/** Of what there is, not all could be had, or be read: so what is not there may be there all the same. */
export const isIncompleteList = (list: string, payloadType: RequestType = RECONCILE): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType,
    faults: [{ path: `payload.${list}`, expected: 'all of them', actual: 'a part of them' }],
  })

/** Whether a list came without something that could not be read. */
export const lacks = (answer: object, list: string): boolean =>
  unreadableIn(answer).some(({ field }) => field === list)

/** What was found in a list. Errors where it was not, and something is there that could not be read. */
export const ifComplete = <T>(
  found: T | undefined,
  answer: object,
  list: string,
  payloadType: RequestType = RECONCILE,
): T | undefined => {
  if (found === undefined && lacks(answer, list)) throw isIncompleteList(list, payloadType)
  return found
}

/** Orders, and whether these are all that were asked for. */
export interface Orders {
  readonly rows: readonly ProtoOAOrder[]
  readonly isAll: boolean
}

/** With what could not be read. */
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

/** The orders that were changed last (2175), as many as one answer has. */
export const lastOrders = atOnce(
  ordersBy((link, list) =>
    someRows(link, list).pipe(map(({ rows, hasMore }) => ({ rows, isAll: !hasMore }))),
  ),
  TOGETHER,
)

/** The orders that were changed since a time (2175), or all there ever were. */
export const allOrders = atOnce(
  unlessUseless(
    ordersBy((link, list, since) => pagesSince(link, list, since).pipe(map(rows => ({ rows, isAll: true })))),
    'InvalidAnswer',
    'TooLarge',
  ),
  TOGETHER,
)

/** The pending orders (2124). */
export const pendingOrders = (link: Link, accountId: number): Observable<Orders> =>
  lastReconciled(link, accountId).pipe(
    map(answer => ({ rows: answer.order ?? [], isAll: !lacks(answer, 'order') })),
  )

const MANY = 1_000

/** The deals that were made last (2133). */
export const lastDeals = atOnce(
  (link, accountId) =>
    someRows(link, dealList(link, accountId), { maxRows: MANY }).pipe(map(({ rows }) => rows)),
  TOGETHER,
)
