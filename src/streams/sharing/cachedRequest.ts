import { of, share, tap } from 'rxjs'
import type { Observable } from 'rxjs'

/** Requests each key once, and again after `over$`. */
export const cachedRequest = <K, T>(ask: (key: K) => Observable<T>, over$: Observable<unknown>) => {
  const answers = new Map<K, Observable<T>>()
  const values = new Map<K, T>()
  /** The next consumer of any key sends a new request. */
  const forgetAll = (): void => {
    answers.clear()
    values.clear()
  }
  const request = (key: K): Observable<T> => {
    const asking$: Observable<T> = ask(key).pipe(
      tap(answer => {
        // Skip an answer that was forgotten while it was on its way.
        if (answers.get(key) !== asking$) return
        answers.set(key, of(answer))
        values.set(key, answer)
      }),
      share(),
    )
    answers.set(key, asking$)
    return asking$
  }
  over$.subscribe(forgetAll)
  return {
    /** Sends the request for the first consumer. Later consumers get the same answer, unless it was an error. */
    of: (key: K): Observable<T> => answers.get(key) ?? request(key),
    /** The cached answer, without a request. */
    known: (key: K): T | undefined => values.get(key),
    /** The next consumer of this key sends a new request. */
    forget: (key: K): void => {
      answers.delete(key)
      values.delete(key)
    },
    forgetAll,
  }
}
