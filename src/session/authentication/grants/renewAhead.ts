import { NEVER, catchError, defer, ignoreElements, repeat, take, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { asCTraderError } from '../../../errors'
import type { CTraderError } from '../../../errors'
import { HOUR } from '../../../time/constants'
import type { Pause } from '../../reconnecting/reconnectDelay'
import type { Lifetime } from './lifetime'

/** What is done about a renewal ahead of time that has failed. */
export interface RenewalFailures {
  /** The pause after a number of failed early renewals, in ms. */
  readonly pause: (cause: CTraderError, failures: number) => Pause
  /** Called with an error of an early renewal or of saving, which no account has to know yet. */
  readonly onTrouble: (error: CTraderError) => void
}

/**
 * Renews each time that a token is about to expire. Retries with growing pauses until the grant is lost. Does nothing
 * while there is no lifetime. Never emits, errors or completes.
 */
export const renewAhead = (
  lifetimeNow: () => Lifetime | undefined,
  renewal$: Observable<never>,
  { pause, onTrouble }: RenewalFailures,
): Observable<never> => {
  let failures = 0
  const retried$ = renewal$.pipe(
    tap({
      complete: () => {
        failures = 0
      },
    }),
    catchError((error: unknown) => {
      const cause = asCTraderError(error)
      onTrouble(cause)
      if (cause.reason === 'GrantLost') return NEVER
      failures += 1
      return pause(cause, failures).over$.pipe(take(1), ignoreElements())
    }),
  )
  return defer(() => {
    // Each time anew: it may have been renewed meanwhile, because it was refused.
    const lifetime = lifetimeNow()
    if (!lifetime) return NEVER
    const wait = lifetime.left() - lifetime.margin
    // Whole ms: the rest of a fraction could be too little for any timer. And timers do not count the sleep of a machine.
    return wait <= 0 ? retried$ : timer(Math.min(Math.ceil(wait), HOUR)).pipe(ignoreElements())
  }).pipe(repeat())
}
