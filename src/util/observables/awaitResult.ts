import { EMPTY, from, isObservable } from 'rxjs'
import type { Observable } from 'rxjs'

const isPromise = (u: unknown): u is PromiseLike<unknown> =>
  typeof (u as Partial<PromiseLike<unknown>> | undefined)?.then === 'function'

/** The result of a user's callback, awaited if it can be. */
export const awaitResult = (result: unknown): Observable<unknown> =>
  isObservable(result) || isPromise(result) ? from(result) : EMPTY
