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

/** How to get something from the server, and how to give it back. */
export interface Subscribing {
  /** Asks for it on a link. What it emits is of no interest; when it completes, it is established. */
  readonly open: (link: Link) => Observable<unknown>
  /** Gives it back on a link that is still good. */
  readonly close: (link: Link) => Observable<unknown>
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 30_000

type Remedy = 'done' | 'again' | 'nextLink' | 'none'

/** Whether a refusal says that there is no such thing, and there won't be. */
export const isUnknowable = (error: unknown): boolean =>
  isRefused(error, 'SYMBOL_NOT_FOUND', 'UNKNOWN_SYMBOL', 'ENTITY_NOT_FOUND')

/** Whether it is to be asked for another stretch of time: the same question would be refused again. */
const isOutOfRange = (error: unknown): boolean => isRefused(error, 'INCORRECT_BOUNDARIES')

/** What is to be done about a subscription that could not be made. */
const remedyOf = (error: unknown): Remedy => {
  if (isRefusedAs(error, 'alreadyDone')) return 'done'
  if (hasReason(error, 'ConnectionLost') || isSessionLost(error)) return 'nextLink'
  if (isFinal(error) || isUnknowable(error) || isOutOfRange(error)) return 'none'
  // What the answer did not tell, the next one does.
  return hasReason(error, 'Refused', 'Timeout', 'InvalidAnswer') ? 'again' : 'none'
}

/** Of something the server does not know that we have, or that nobody has, there is nothing to give back. */
const remedyOfClosing = (error: unknown): Remedy =>
  isRefused(error) && error.errorCode.startsWith('NOT_SUBSCRIBED') ? 'done' : remedyOf(error)

/** Does something until it is done, with growing pauses; what the link cannot do any more it never completes. */
const persist = <T>(
  act: () => Observable<T>,
  remedy: (error: unknown) => Remedy,
  pause = FIRST_PAUSE,
): Observable<T> =>
  defer(act).pipe(
    catchError((error: unknown) => {
      switch (remedy(error)) {
        case 'done':
          return EMPTY
        case 'nextLink':
          return NEVER
        case 'again':
          return timer(pause).pipe(switchMap(() => persist(act, remedy, Math.min(LONGEST_PAUSE, pause * 2))))
        default:
          return throwError(() => error)
      }
    }),
  )

/**
 * When something may be given back: while the account is authenticated, or as soon as it is again. Before, the refusal
 * would end also the session that is about to begin. The account is kept for it only for a while, as others may not want
 * it any more; where they do, it is given back however late that is.
 */
export const whenAuthenticated = (account: Account): Observable<unknown> => {
  const { authenticated$ } = account
  const kept$ = authenticated$.pipe(
    filter(({ status }) => status === 'authenticated'),
    // Begun where the account emits: what somebody leaves in Angular's zone must leave no timer there.
    takeUntil(
      authenticated$.pipe(
        take(1),
        filter(({ status }) => status !== 'authenticated'),
        switchMap(() => timer(LONGEST_PAUSE)),
      ),
    ),
  )
  const link$ = observedOf(account)?.link$ ?? EMPTY
  return merge(kept$, link$.pipe(filter(link => link !== undefined))).pipe(take(1))
}

/** Begun where the account emits: what a component of Angular asks for in its zone must leave no timer there. */
export const inAccountZone = <T>({ authenticated$ }: Account, source$: Observable<T>): Observable<T> =>
  authenticated$.pipe(
    take(1),
    switchMap(() => source$),
  )

/** The links on which an account is authenticated, and `undefined` while it is on none. */
export const accountLinks = ({ accountAuth$, authenticated$ }: Account): Observable<Link | undefined> =>
  merge(
    accountAuth$,
    authenticated$.pipe(
      filter(({ status }) => status !== 'authenticated'),
      map(() => undefined),
    ),
  )

/** The answer to a question that may be asked on one link: again, with growing pauses, where the server could not now. */
export const answerOn = <T>(link: Link, ask: (link: Link) => Observable<T>): Observable<T> =>
  persist(() => ask(link), remedyOf)

/**
 * The one answer to a question that lives through lost lines: asked on the link there is, again on the next one if
 * it was not answered, and again with growing pauses where the server could not now. Errors where it never will.
 */
export const answer = <T>(
  link$: Observable<Link | undefined>,
  ask: (link: Link) => Observable<T>,
): Observable<T> =>
  link$.pipe(
    switchMap(link => (link ? answerOn(link, ask) : NEVER)),
    take(1),
  )

/** When what was established is given back, and established anew. */
export interface Establishing {
  /** Gives back once this emits, and not at all where it does not. */
  readonly mayClose$?: Observable<unknown>
  /** What was established on a link is given back and established anew there when this emits. */
  readonly again?: (link: Link) => Observable<unknown>
  /** What is established is of no use from when this emits until it is established anew: `again` follows. */
  readonly spoilt?: (link: Link) => Observable<unknown>
}

/**
 * As `live`, and emits `undefined` where what was established is to be established again: for what stands on it and
 * must not ask before it is.
 */
export const establish = (
  link$: Observable<Link | undefined>,
  { open, close }: Subscribing,
  { mayClose$ = of(undefined), again = () => NEVER, spoilt = () => NEVER }: Establishing = {},
): Observable<Link | undefined> => {
  // What waits to be given back must not be given back after the next consumer has asked for it.
  const givingBack = new WeakMap<Link, Subscription>()
  // On a link that is lost there is nothing to give back.
  const giveBack = (link: Link): void => {
    const closing$ = persist(() => mayClose$.pipe(switchMap(() => close(link))), remedyOfClosing)
    givingBack.set(link, closing$.pipe(takeUntil(link.closed$)).subscribe({ error: () => undefined }))
  }

  return new Observable(subscriber => {
    /** The link on which there may be something to give back. */
    let held: Link | undefined
    const letGo = (): void => {
      held = undefined
    }
    /** What the server tells only once, with the subscription, it tells again where that is made anew. */
    const anew = (link: Link): Observable<unknown> =>
      concat(close(link).pipe(catchError(() => EMPTY)), open(link))
    const establishedOn = (link: Link): Observable<Link | undefined> => {
      const closing = givingBack.get(link)
      const isThere = closing?.closed === false
      closing?.unsubscribe()
      held = link
      return again(link).pipe(
        map(() => true),
        startWith(isThere),
        switchMap(mayBeThere =>
          concat(
            of(undefined),
            persist(() => (mayBeThere ? anew(link) : open(link)), remedyOf).pipe(
              ignoreElements(),
              tap({ error: letGo }),
            ),
            of(link),
            NEVER,
          ).pipe(takeUntil(spoilt(link)), endWith(undefined)),
        ),
      )
    }
    // Added before all else: what stands on another subscription is given back before that is.
    subscriber.add(() => {
      if (held) giveBack(held)
    })
    link$.pipe(switchMap(link => (link ? establishedOn(link) : of(undefined)))).subscribe(subscriber)
  })
}

/**
 * A subscription on the server that lives as long as its consumer: made on each link that comes, also after a lost
 * line, and given back when the consumer leaves, on the link that is good then and on no other.
 *
 * Emits the link each time it is established there, so that it can itself be what another subscription stands on.
 * Tries again with growing pauses where the server could not do it now; errors where it never will (an unknown
 * symbol), and with whatever the links error. Never completes.
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
