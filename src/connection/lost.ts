import { catchError, concat, throwError } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { CTraderError, asCTraderError } from '../errors'

/** A line that ended without telling more than `detail`. */
export const connectionLost = (detail: string): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail })

/**
 * What ends must end with a `CTraderError`: a completion becomes a lost line, since the live server hangs up with
 * a clean close, and so does a foreign error.
 */
export const errorAsLost =
  <T>(completed: string): MonoTypeOperatorFunction<T> =>
  source =>
    concat(
      source,
      throwError(() => connectionLost(completed)),
    ).pipe(catchError((error: unknown) => throwError(() => asCTraderError(error))))
