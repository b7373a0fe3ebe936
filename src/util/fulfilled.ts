import { EMPTY, from, isObservable } from 'rxjs'
import type { Observable } from 'rxjs'

const isPromise = (u: unknown): u is PromiseLike<unknown> =>
  typeof (u as Partial<PromiseLike<unknown>> | undefined)?.then === 'function'

/** What a callback of the user's gave back, where that is something to wait for. */
export const fulfilled = (result: unknown): Observable<unknown> =>
  isObservable(result) || isPromise(result) ? from(result) : EMPTY
