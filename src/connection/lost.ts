import { catchError, concat, throwError } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { CTraderError, asCTraderError } from '../errors'

/** The error of a line that ended with no more than `detail` known. */
export const connectionLost = (detail: string): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail })

/**
 * Turns every end into a `CTraderError`. A completion becomes a lost line, because the live server ends lines with
 * a clean close. A foreign error does too.
 */
export const errorAsLost =
  <T>(completed: string): MonoTypeOperatorFunction<T> =>
  source =>
    concat(
      source,
      throwError(() => connectionLost(completed)),
    ).pipe(catchError((error: unknown) => throwError(() => asCTraderError(error))))
