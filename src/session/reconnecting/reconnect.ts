import { concat, concatMap, defer, ignoreElements, materialize, of, repeat, take, takeWhile, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'
import { connectionLost } from '../../connection/lost'
import { asCTraderError } from '../../errors'
import type { CTraderError } from '../../errors'
import type { Pause } from './reconnectDelay'
import type { FailedState, LoginRequiredState, ReconnectingState } from '../state/state'

export interface Persistence<S> {
  /** Whether this state is the goal of the attempt. */
  readonly isUp: (state: S) => boolean
  /** Whether another attempt would fail too. */
  readonly isFatal: (error: CTraderError) => boolean
  /** The pause after a number of failures in a row, and the cause of the last one. */
  readonly pause: (cause: CTraderError, failures: number) => Pause
  /** After this long in the goal state, in ms, a loss counts as the first one again. */
  readonly stableAfter: number
  /** Emits when a failure that is fatal may be mended by a new login, and is waited for; else `undefined`. */
  readonly untilLogin: (error: CTraderError) => Observable<unknown> | undefined
  /** How often the user has said that things have changed. An attempt from before that is repeated in any case. */
  readonly retries: () => number
}

/** Between two attempts. */
type PausedState = ReconnectingState | LoginRequiredState

/**
 * Repeats an attempt whenever it ends. Emits its states, and in between `reconnecting` or `loginRequired`; completes with `failed`.
 * The pause is part of the repeated stream, so unsubscribing cancels it and no timers pile up.
 */
export const reconnect = <S>(
  attempt$: Observable<S>,
  { isUp, isFatal, pause, retries, stableAfter, untilLogin }: Persistence<S>,
): Observable<S | PausedState | FailedState> =>
  defer(() => {
    let failures = 0
    let upSince: number | undefined
    let retriedBefore = retries()

    const next = (cause: CTraderError): Observable<ReconnectingState> => {
      if (upSince !== undefined && monotonicNow() - upSince >= stableAfter) failures = 0
      upSince = undefined
      failures += 1
      const { delay, over$ } = pause(cause, failures)
      return concat(
        of({ status: 'reconnecting', attempt: failures, delay, cause } as const),
        over$.pipe(take(1), ignoreElements()),
      )
    }

    const fail = (cause: CTraderError): Observable<LoginRequiredState | FailedState> => {
      const login$ = untilLogin(cause)
      if (!login$) return of({ status: 'failed', cause } as const)
      failures = 0
      return concat(of({ status: 'loginRequired', cause } as const), login$.pipe(take(1), ignoreElements()))
    }

    return attempt$.pipe(
      tap(state => {
        retriedBefore = retries()
        if (isUp(state)) upSince ??= monotonicNow()
      }),
      // As a value, the end is known here before the attempt is torn down. So a consumer that learns of a dead link
      // finds the session in its next state, and not that link again.
      materialize(),
      concatMap(notification => {
        if (notification.kind === 'N') return of(notification.value)
        const cause =
          notification.kind === 'E' ? asCTraderError(notification.error) : connectionLost('the attempt ended')
        return isFatal(cause) && retriedBefore === retries() ? fail(cause) : next(cause)
      }),
      repeat(),
      takeWhile((state: S | PausedState | FailedState) => !isFailed(state), true),
    )
  })

const isFailed = (state: unknown): state is FailedState =>
  (state as { readonly status?: unknown }).status === 'failed'
