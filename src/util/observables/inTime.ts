import { identity, throwError, timeout } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'

/** Errors if the first value of a user's function does not come within some ms. It may take for ever if they are `Infinity`. */
export const inTime = <T>(ms: number): MonoTypeOperatorFunction<T> =>
  ms === Infinity
    ? identity
    : timeout({ first: ms, with: () => throwError(() => new Error(`it took longer than ${ms} ms`)) })
