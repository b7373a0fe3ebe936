import { EMPTY, filter, map, merge, mergeMap, of, scan, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { AuthState, ConnectionState } from '../../index'
import { Failed, note } from '../outcome'
import type { Outcome } from '../outcome'
import { explain } from './explain'

/** A command that cannot get through gives up at this attempt. */
const LAST_ATTEMPT = 3

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1_000))} s`

interface Progress {
  readonly wasReady: boolean
  readonly state: AuthState | ConnectionState | undefined
}

/**
 * Notes about lost lines. Errors when there is no use in waiting: for good, or after some attempts. With
 * `goesOn`, a command that once got through waits for as long as it takes.
 */
export const watchTrouble = (
  state$: Observable<AuthState | ConnectionState>,
  { goesOn }: { readonly goesOn: boolean },
): Observable<Outcome> =>
  state$.pipe(
    scan(
      ({ wasReady }: Progress, state): Progress => ({
        wasReady: wasReady || state.status === 'authenticated' || state.status === 'connected',
        state,
      }),
      { wasReady: false, state: undefined },
    ),
    mergeMap(({ wasReady, state }) => {
      if (state?.status === 'failed') return throwError(() => new Failed(explain(state.cause)))
      if (state?.status !== 'reconnecting') return EMPTY
      const { attempt, cause, delay } = state
      if (attempt >= LAST_ATTEMPT && !(goesOn && wasReady))
        return throwError(() => new Failed(explain(cause)))
      return of(note(`${cause.message}; next attempt in ${seconds(delay)}`))
    }),
  )

/** Says when a line that was lost is there again. */
export const watchReturn = (state$: Observable<AuthState>): Observable<Outcome> => {
  const isLost$ = state$.pipe(
    filter(({ status }) => status === 'authenticated' || status === 'reconnecting'),
    map(({ status }) => status === 'reconnecting'),
  )
  return isLost$.pipe(
    scan((before, isLost) => ({ isLost, isBack: before.isLost && !isLost }), {
      isLost: false,
      isBack: false,
    }),
    switchMap(({ isBack }) => (isBack ? of(note('connected again')) : EMPTY)),
  )
}

/** Both. */
export const watchSession = (
  state$: Observable<AuthState>,
  options: { readonly goesOn: boolean },
): Observable<Outcome> => merge(watchTrouble(state$, options), watchReturn(state$))
