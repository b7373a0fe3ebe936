import {
  EMPTY,
  NEVER,
  Observable,
  catchError,
  concat,
  concatMap,
  defer,
  of,
  switchMap,
  throwError,
  timer,
} from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import { isFinal, meaningOf } from '../protocol/errorCodes'
import { isAccountLost } from '../session/auth'

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

/** What is to be done about a subscription that could not be made. */
const remedyOf = (error: unknown): Remedy => {
  if (!(error instanceof CTraderError)) return 'none'
  switch (error.reason) {
    case 'Refused': {
      if (isAccountLost(error)) return 'nextLink'
      const meaning = meaningOf(error.errorCode)
      if (meaning === 'alreadyDone') return 'done'
      if (meaning === 'appLost') return 'nextLink'
      return isFinal(meaning) || unknowable.has(error.errorCode) ? 'none' : 'again'
    }
    case 'ConnectionLost':
      return 'nextLink'
    case 'Timeout':
      return 'again'
    default:
      return 'none'
  }
}

/** There is no such thing, and there won't be. */
const unknowable: ReadonlySet<string> = new Set(['SYMBOL_NOT_FOUND', 'UNKNOWN_SYMBOL', 'ENTITY_NOT_FOUND'])

const establish = (open: () => Observable<unknown>, pause = FIRST_PAUSE): Observable<never> =>
  defer(open).pipe(
    concatMap(() => EMPTY),
    catchError((error: unknown) => {
      switch (remedyOf(error)) {
        case 'done':
          return EMPTY
        case 'nextLink':
          return NEVER
        case 'again':
          return timer(pause).pipe(switchMap(() => establish(open, Math.min(LONGEST_PAUSE, pause * 2))))
        default:
          return throwError(() => error)
      }
    }),
  )

/**
 * A subscription on the server that lives as long as its consumer: made on each link that comes, also after a lost
 * line, and given back when the consumer leaves, on the link that is good then and on no other.
 *
 * Emits the link each time it is established there, so that it can itself be what another subscription stands on.
 * Tries again with growing pauses where the server could not do it now; errors where it never will (an unknown
 * symbol), and with whatever the links error. Never completes.
 *
 * ```ts
 * live(account.accountAuth$, {
 *   open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId: [1] }),
 *   close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId: [1] }),
 * }).pipe(switchMap(link => link.on(PayloadType.PROTO_OA_SPOT_EVENT, 1)))
 * ```
 */
export const live = (link$: Observable<Link>, { open, close }: Subscribing): Observable<Link> =>
  new Observable(subscriber => {
    // Only the consumer's leaving gives something back: on a link that is lost, or that the server has forgotten us
    // on, there is nothing to give back.
    let isLeaving = false
    const establishedOn = (link: Link): Observable<Link> =>
      new Observable<Link>(established => {
        let isLost = false
        established.add(
          link.closed$.subscribe(() => {
            isLost = true
          }),
        )
        established.add(
          concat(
            establish(() => open(link)),
            of(link),
            NEVER,
          ).subscribe(established),
        )
        return () => {
          if (isLeaving && !isLost) close(link).subscribe({ error: () => undefined })
        }
      })
    const subscription = link$.pipe(switchMap(establishedOn)).subscribe(subscriber)
    return () => {
      isLeaving = true
      subscription.unsubscribe()
    }
  })
