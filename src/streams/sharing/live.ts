import {
  EMPTY,
  NEVER,
  Observable,
  catchError,
  concat,
  defer,
  endWith,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { Subscription } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason, isRefused } from '../../errors'
import { isFinal, isRefusedAs } from '../../protocol/errorCodes'
import type { Account } from '../../session/account'
import { isSessionLost } from '../../session/authentication/auth'
import { observedOf } from '../../session/observed'
import { growingPause } from '../../util/backoff'

/** How to get something from the server, and how to give it back. */
export interface Subscribing {
  /** Subscribes on a link. The values are ignored. When it completes, the subscription is established. */
  readonly open: (link: Link) => Observable<unknown>
  /** Unsubscribes on a link that is still good. */
  readonly close: (link: Link) => Observable<unknown>
}

const PAUSES = { initial: 1_000, max: 30_000 }

type Remedy = 'done' | 'again' | 'nextLink' | 'none'

/** Whether a refusal says that the thing does not exist and never will. */
export const isUnknowable = (error: unknown): boolean =>
  isRefused(error, 'SYMBOL_NOT_FOUND', 'UNKNOWN_SYMBOL', 'ENTITY_NOT_FOUND')

/** Whether the time range was refused: the same request would be refused again. */
const isOutOfRange = (error: unknown): boolean => isRefused(error, 'INCORRECT_BOUNDARIES')

/** What to do after a failed subscription. */
const remedyOf = (error: unknown): Remedy => {
  if (isRefusedAs(error, 'alreadyDone')) return 'done'
  if (hasReason(error, 'ConnectionLost') || isSessionLost(error)) return 'nextLink'
  if (isFinal(error) || isUnknowable(error) || isOutOfRange(error)) return 'none'
  // The answer is unknown; the next attempt shows it.
  return hasReason(error, 'Refused', 'Timeout', 'InvalidAnswer') ? 'again' : 'none'
}

/** If the server does not know the subscription or the symbol, there is nothing to give back. */
const remedyOfClosing = (error: unknown): Remedy =>
  isRefused(error) && error.errorCode.startsWith('NOT_SUBSCRIBED') ? 'done' : remedyOf(error)

/** Retries with growing pauses until it succeeds. Completes never if the link cannot do it any more. */
const persist = <T>(
  act: () => Observable<T>,
  remedy: (error: unknown) => Remedy,
  attempt = 1,
): Observable<T> =>
  defer(act).pipe(
    catchError((error: unknown) => {
      switch (remedy(error)) {
        case 'done':
          return EMPTY
        case 'nextLink':
          return NEVER
        case 'again':
          return timer(growingPause(attempt, PAUSES)).pipe(switchMap(() => persist(act, remedy, attempt + 1)))
        default:
          return throwError(() => error)
      }
    }),
  )

/**
 * When a subscription may be given back: while the account is authenticated, or once it is again. Before that, a
 * refusal would end the session that is about to begin.
 *
 * The account is kept alive for this only for a while, because nothing else may need it. If another consumer keeps
 * it, the subscription is given back however late that is.
 */
export const whenAuthenticated = (account: Account): Observable<unknown> => {
  const { authenticated$ } = account
  const kept$ = authenticated$.pipe(
    filter(({ status }) => status === 'authenticated'),
    // Subscribed where the account emits, so that a consumer in Angular's zone leaves no timer there.
    takeUntil(
      authenticated$.pipe(
        take(1),
        filter(({ status }) => status !== 'authenticated'),
        switchMap(() => timer(PAUSES.max)),
      ),
    ),
  )
  const link$ = observedOf(account)?.link$ ?? EMPTY
  return merge(kept$, link$.pipe(filter(link => link !== undefined))).pipe(take(1))
}

/** Subscribed where the account emits, so that a component in Angular's zone leaves no timer there. */
export const inAccountZone = <T>({ authenticated$ }: Account, source$: Observable<T>): Observable<T> =>
  authenticated$.pipe(
    take(1),
    switchMap(() => source$),
  )

/** The links on which an account is authenticated; `undefined` while there is none. */
export const accountLinks = ({ accountAuth$, authenticated$ }: Account): Observable<Link | undefined> =>
  merge(
    accountAuth$,
    authenticated$.pipe(
      filter(({ status }) => status !== 'authenticated'),
      map(() => undefined),
    ),
  )

/** The answer to a request on one link. Retries with growing pauses while the server cannot answer. */
export const answerOn = <T>(link: Link, ask: (link: Link) => Observable<T>): Observable<T> =>
  persist(() => ask(link), remedyOf)

/**
 * The answer to a request that survives lost lines. If it was not answered on one link, it is sent again on the
 * next. Retries with growing pauses while the server cannot answer. Errors if the server never will.
 */
export const answer = <T>(
  link$: Observable<Link | undefined>,
  ask: (link: Link) => Observable<T>,
): Observable<T> =>
  link$.pipe(
    switchMap(link => (link ? answerOn(link, ask) : NEVER)),
    take(1),
  )

/** When a subscription is given back and established again. */
export interface Establishing {
  /** Gives back when this emits. If it completes without a value, does not give back. */
  readonly mayClose$?: Observable<unknown>
  /** Whether the server tells something only at subscription. Then an earlier subscription is given back first. */
  readonly isAfresh?: boolean
  /** When this emits, the subscription is given back and established again on the same link. */
  readonly again?: (link: Link) => Observable<unknown>
  /** When this emits, the subscription is useless until it is established again. `again` follows. */
  readonly spoilt?: (link: Link) => Observable<unknown>
}

/**
 * Like `live`. Also emits `undefined` when the subscription is about to be established again: what depends on it
 * must wait.
 */
export const establish = (
  link$: Observable<Link | undefined>,
  { open, close }: Subscribing,
  {
    mayClose$ = of(undefined),
    isAfresh = false,
    again = () => NEVER,
    spoilt = () => NEVER,
  }: Establishing = {},
): Observable<Link | undefined> => {
  const reopen = (link: Link): Observable<unknown> =>
    concat(
      defer(() => close(link)).pipe(catchError(() => EMPTY)),
      defer(() => open(link)),
    )
  const openNew = (link: Link): Observable<unknown> =>
    open(link).pipe(
      catchError((error: unknown) =>
        isAfresh && isRefusedAs(error, 'alreadyDone') ? reopen(link) : throwError(() => error),
      ),
    )

  const givingBack = new WeakMap<Link, Subscription>()
  // On a lost link there is nothing to give back.
  const giveBack = (link: Link): void => {
    const closing$ = persist(() => mayClose$.pipe(switchMap(() => close(link))), remedyOfClosing)
    givingBack.set(link, closing$.pipe(takeUntil(link.closed$)).subscribe({ error: () => undefined }))
  }
  /** A pending unsubscribe must not be sent after the next consumer has subscribed. Whether there was one. */
  const keep = (link: Link): boolean => {
    const closing = givingBack.get(link)
    const isPending = closing?.closed === false
    closing?.unsubscribe()
    return isPending
  }

  return new Observable(subscriber => {
    /** The link that may have something to give back. */
    let held: Link | undefined
    const letGo = (): void => {
      held = undefined
    }
    const establishOnce = (link: Link, mayBeThere: boolean): Observable<Link | undefined> =>
      concat(
        of(undefined),
        persist(() => (mayBeThere ? reopen(link) : openNew(link)), remedyOf).pipe(
          ignoreElements(),
          tap({ error: letGo }),
        ),
        of(link),
        NEVER,
      ).pipe(takeUntil(spoilt(link)), endWith(undefined))
    const establishedOn = (link: Link): Observable<Link | undefined> => {
      const mayBeThere = keep(link)
      held = link
      return again(link).pipe(
        map(() => true),
        startWith(mayBeThere),
        switchMap(isThere => establishOnce(link, isThere)),
      )
    }
    // Added first, so that a subscription that depends on another is given back before it.
    subscriber.add(() => {
      if (held) giveBack(held)
    })
    link$.pipe(switchMap(link => (link ? establishedOn(link) : of(undefined)))).subscribe(subscriber)
  })
}

/**
 * A subscription on the server that lives as long as its consumer. It is made on each new link, also after a lost
 * line. When the consumer leaves, it is given back on the current link only.
 *
 * Emits the link each time the subscription is established, so another subscription can depend on it. Retries with
 * growing pauses while the server cannot do it. Errors if the server never will (an unknown symbol), and with the
 * errors of `link$`. Never completes.
 *
 * ```ts
 * const eurusd = { ctidTraderAccountId: account.accountId, symbolId: [1] }
 * live(account.accountAuth$, {
 *   open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, eurusd),
 *   close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, eurusd),
 * }).pipe(switchMap(link => link.on(PayloadType.PROTO_OA_SPOT_EVENT, 1)))
 * ```
 */
export const live = (link$: Observable<Link>, subscribing: Subscribing): Observable<Link> =>
  establish(link$, subscribing).pipe(filter(link => link !== undefined))
