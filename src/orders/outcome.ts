import {
  ReplaySubject,
  asyncScheduler,
  catchError,
  defaultIfEmpty,
  defer,
  filter,
  map,
  mergeMap,
  of,
  share,
  switchMap,
  take,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import type { ProtoOADeal } from '../protocol/deals'
import type { ProtoOAOrder } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAPosition } from '../protocol/positions'
import type { Account } from '../session/account'
import { isSessionLost } from '../session/auth'
import { ordersBetween } from '../streams/history/ordersBetween'
import type { Found, Question } from './finding'
import { isProtection } from './follow'

const isRefusedWith = (error: unknown, isOne: (errorCode: string) => boolean): boolean =>
  error instanceof CTraderError &&
  error.reason === 'Refused' &&
  !isSessionLost(error) &&
  isOne(error.errorCode)

const unknown: ReadonlySet<string> = new Set(['ORDER_NOT_FOUND', 'POSITION_NOT_FOUND', 'ENTITY_NOT_FOUND'])

/** What the server does not have is an answer too. */
const ifKnown = <T>(answer$: Observable<T>): Observable<T | undefined> =>
  answer$.pipe(
    catchError((error: unknown) =>
      isRefusedWith(error, errorCode => unknown.has(errorCode)) ? of(undefined) : throwError(() => error),
    ),
  )

/** An order and the deals it made. */
export interface Shown {
  readonly order: ProtoOAOrder
  readonly deals: readonly ProtoOADeal[]
}

/** An order with its deals (2181), if there is one of that id. */
export const orderShown = (link: Link, accountId: number, orderId: number): Observable<Shown | undefined> =>
  ifKnown(
    link.request(PayloadType.PROTO_OA_ORDER_DETAILS_REQ, { ctidTraderAccountId: accountId, orderId }),
  ).pipe(map(details => details && { order: details.order, deals: details.deal ?? [] }))

/** All orders of a position (2183), also one that is closed. */
export const ordersOfPosition = (
  link: Link,
  accountId: number,
  positionId: number,
): Observable<readonly ProtoOAOrder[]> =>
  ifKnown(
    link.request(PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ, {
      ctidTraderAccountId: accountId,
      positionId,
    }),
  ).pipe(map(answer => answer?.order ?? []))

/** An answer for all who ask the same at the same time, as they do after a restart. */
const atOnce = <T>(
  ask: (link: Link, ctidTraderAccountId: number) => Observable<T>,
): ((link: Link, accountId: number) => Observable<T>) => {
  const answers = new WeakMap<Link, { readonly at: number; readonly answer$: Observable<T> }>()
  return (link, accountId) => {
    const at = asyncScheduler.now()
    const known = answers.get(link)
    if (known?.at === at) return known.answer$
    const answer$ = ask(link, accountId).pipe(
      share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: true }),
    )
    answers.set(link, { at, answer$ })
    return answer$
  }
}

/** The open positions and pending orders (2124). */
export const reconciled = atOnce((link, ctidTraderAccountId) =>
  link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId }),
)

/** The orders that were changed last (2175). */
const lastOrders = atOnce((link, ctidTraderAccountId) =>
  link.request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId }),
)

const MANY = 1_000

/** The deals that were made last (2133). */
const lastDeals = atOnce((link, ctidTraderAccountId) =>
  link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, maxRows: MANY }),
)

/** A position, if it is open. */
export const openPosition = (
  link: Link,
  accountId: number,
  positionId: number,
): Observable<ProtoOAPosition | undefined> =>
  reconciled(link, accountId).pipe(
    map(({ position = [] }) => position.find(one => one.positionId === positionId)),
  )

const DAY = 86_400_000

const boundless: ReadonlySet<string> = new Set(['INCORRECT_BOUNDARIES', 'INVALID_REQUEST'])

/**
 * The order of a name, whatever became of it: among the orders that were changed last; where they are too many, or the
 * server wants to be told of which time, from a day before it was sent by our clock to a day from now.
 */
const orderNamed = (
  account: Account,
  link: Link,
  clientOrderId: string,
  sentAt: number,
): Observable<ProtoOAOrder | undefined> => {
  const isIt = (order: ProtoOAOrder): boolean => order.clientOrderId === clientOrderId && !isProtection(order)
  const between$ = defer(() =>
    ordersBetween(account, {
      from: Math.max(0, Math.floor(sentAt) - DAY),
      to: Math.ceil(asyncScheduler.now()) + DAY,
    }),
  ).pipe(
    mergeMap(({ items }) => items),
    filter(isIt),
    take(1),
    defaultIfEmpty(undefined),
  )
  return lastOrders(link, account.accountId).pipe(
    map(({ order = [], hasMore }) => ({ found: order.find(isIt), isAll: !hasMore })),
    catchError((error: unknown) =>
      isRefusedWith(error, errorCode => boundless.has(errorCode))
        ? of({ found: undefined, isAll: false })
        : throwError(() => error),
    ),
    switchMap(({ found, isAll }) => (found || isAll ? of(found) : between$)),
  )
}

const filledBy = (deals: readonly ProtoOADeal[]): number =>
  deals.reduce((sum, { filledVolume }) => sum + filledVolume, 0)

/** An order with its deals: among the last of the account, where all of its are there, or asked for. */
const withDeals = (link: Link, accountId: number, order: ProtoOAOrder): Observable<Shown | undefined> => {
  const { executedVolume = 0, orderId } = order
  if (executedVolume === 0) return of({ order, deals: [] })
  return lastDeals(link, accountId).pipe(
    map(({ deal = [] }) => deal.filter(one => one.orderId === orderId)),
    catchError(() => of([])),
    switchMap(deals =>
      filledBy(deals) === executedVolume ? of({ order, deals }) : orderShown(link, accountId, orderId),
    ),
  )
}

/** The order that a command made, with its deals: by its id, or as long as that is unknown by its name. */
export const orderAskedFor = (
  { account, link, intended, orderId }: Question,
  name: string,
): Observable<Shown | undefined> =>
  orderId === undefined
    ? orderNamed(account, link, name, intended.at).pipe(
        switchMap(order => (order ? withDeals(link, account.accountId, order) : of(undefined))),
      )
    : orderShown(link, account.accountId, orderId)

/** Of an order that was there before it can only not be seen now. */
export const noSign = ({ orderId }: Question): Found => ({
  state: orderId === undefined ? 'absent' : 'underway',
})
