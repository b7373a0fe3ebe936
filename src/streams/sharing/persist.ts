import { EMPTY, NEVER, defer, retry, switchMap, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason, isRefused } from '../../errors'
import { isFinal, isRefusedAs } from '../../protocol/errorCodes'
import { isSessionLost } from '../../session/authentication/auth'
import { growingPause } from '../../util/backoff'

const PAUSES = { initial: 1_000, max: 30_000 }

export type Remedy = 'done' | 'again' | 'nextLink' | 'none'

/** Whether a refusal says that the thing does not exist and never will. */
export const isUnknowable = (error: unknown): boolean =>
  isRefused(error, 'SYMBOL_NOT_FOUND', 'UNKNOWN_SYMBOL', 'ENTITY_NOT_FOUND')

/** Whether the time range was refused: the same request would be refused again. */
const isOutOfRange = (error: unknown): boolean => isRefused(error, 'INCORRECT_BOUNDARIES')

/** What to do after a failed subscription. */
export const findRemedy = (error: unknown): Remedy => {
  if (isRefusedAs(error, 'alreadyDone')) return 'done'
  if (hasReason(error, 'ConnectionLost') || isSessionLost(error)) return 'nextLink'
  if (isFinal(error) || isUnknowable(error) || isOutOfRange(error)) return 'none'
  // The answer is unknown; the next attempt shows it.
  return hasReason(error, 'Refused', 'Timeout', 'InvalidAnswer') ? 'again' : 'none'
}

/** The next attempt begins when this emits. */
const nextAttempt: Readonly<Record<Remedy, (error: unknown, attempt: number) => Observable<unknown>>> = {
  done: () => EMPTY,
  nextLink: () => NEVER,
  again: (_, attempt) => timer(growingPause(attempt, PAUSES)),
  none: error => throwError(() => error),
}

/** Retries with growing pauses until it succeeds. Completes never if the link cannot do it any more. */
export const persist = <T>(act: () => Observable<T>, remedy: (error: unknown) => Remedy): Observable<T> =>
  defer(act).pipe(retry({ delay: (error: unknown, attempt) => nextAttempt[remedy(error)](error, attempt) }))

/** The answer to a request on one link. Retries with growing pauses while the server cannot answer. */
export const retryOnLink = <T>(link: Link, ask: (link: Link) => Observable<T>): Observable<T> =>
  persist(() => ask(link), findRemedy)

/**
 * The answer to a request that survives lost lines. If it was not answered on one link, it is sent again on the
 * next. Retries with growing pauses while the server cannot answer. Errors if the server never will.
 */
export const retryOnLatest = <T>(
  link$: Observable<Link | undefined>,
  ask: (link: Link) => Observable<T>,
): Observable<T> =>
  link$.pipe(
    switchMap(link => (link ? retryOnLink(link, ask) : NEVER)),
    take(1),
  )
