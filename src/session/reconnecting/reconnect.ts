import { concat, concatMap, defer, ignoreElements, materialize, of, repeat, take, takeWhile, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'
import { connectionLost } from '../../connection/lost'
import { asCTraderError } from '../../errors'
import type { CTraderError } from '../../errors'
import type { Pause } from './reconnectDelay'
import type { Failed, Reconnecting } from '../state/state'

export interface Persistence<S> {
  /** Whether this state is what the attempt is for. */
  readonly isUp: (state: S) => boolean
  /** Whether another attempt cannot help. */
  readonly isFatal: (error: CTraderError) => boolean
  /** The pause after so many failures in a row, the last for this cause. */
  readonly pause: (cause: CTraderError, failures: number) => Pause
  /** After this long up, in ms, a loss counts as the first again. */
  readonly stableAfter: number
}

/**
 * Repeats an attempt whenever it ends: emits its states, `reconnecting` in between, and completes with
 * `failed`. The pause is part of what is repeated, so that unsubscribing cancels it and nothing piles up however
 * often it fails.
 */
export const reconnect = <S>(
  attempt$: Observable<S>,
  { isUp, isFatal, pause, stableAfter }: Persistence<S>,
): Observable<S | Reconnecting | Failed> =>
  defer(() => {
    let failures = 0
    let upSince: number | undefined

    const next = (cause: CTraderError): Observable<Reconnecting> => {
      if (upSince !== undefined && monotonicNow() - upSince >= stableAfter) failures = 0
      upSince = undefined
      failures += 1
      const { delay, over$ } = pause(cause, failures)
      return concat(
        of({ status: 'reconnecting', attempt: failures, delay, cause } as const),
        over$.pipe(take(1), ignoreElements()),
      )
    }

    return attempt$.pipe(
      tap(state => {
        if (isUp(state)) upSince ??= monotonicNow()
      }),
      // As a value, the end is known here before the attempt is torn down: whoever then learns of a dead link finds
      // the session moved on already, and not that link again.
      materialize(),
      concatMap(notification => {
        if (notification.kind === 'N') return of(notification.value)
        const cause =
          notification.kind === 'E' ? asCTraderError(notification.error) : connectionLost('the attempt ended')
        return isFatal(cause) ? of({ status: 'failed', cause } as const) : next(cause)
      }),
      repeat(),
      takeWhile((state: S | Reconnecting | Failed) => !isFailed(state), true),
    )
  })

const isFailed = (state: unknown): state is Failed =>
  (state as { readonly status?: unknown }).status === 'failed'
