import { of, share, tap } from 'rxjs'
import type { Observable } from 'rxjs'

/** Cached answers, by key. */
export interface CachedRequest<K, T> {
  /** Sends the request for the first consumer. Later consumers get the same answer, unless it was an error. */
  readonly of: (key: K) => Observable<T>
  /** The cached answer, without a request. */
  readonly known: (key: K) => T | undefined
  /** The next consumer of this key sends a new request. */
  readonly forget: (key: K) => void
  /** The next consumer of any key sends a new request. */
  readonly forgetAll: () => void
}

/** Requests each key once, and again after `over$`. */
export const cachedRequest = <K, T>(
  ask: (key: K) => Observable<T>,
  over$: Observable<unknown>,
): CachedRequest<K, T> => {
  const answers = new Map<K, Observable<T>>()
  const values = new Map<K, T>()
  const forgetAll = (): void => {
    answers.clear()
    values.clear()
  }
  over$.subscribe(forgetAll)
  return {
    of: key => {
      const known = answers.get(key)
      if (known) return known
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
    },
    known: key => values.get(key),
    forget: key => {
      answers.delete(key)
      values.delete(key)
    },
    forgetAll,
  }
}
