import { of, share, tap } from 'rxjs'
import type { Observable } from 'rxjs'

/** Answers that are kept, by what was asked. */
export interface CachedRequest<K, T> {
  /** Asks with the first who wants it; whoever comes later gets the same answer, unless that was an error. */
  readonly of: (key: K) => Observable<T>
  /** The answer that there is, without asking. */
  readonly known: (key: K) => T | undefined
  /** The next who wants it asks again. */
  readonly forget: (key: K) => void
  /** The next who wants any of them asks again. */
  readonly forgetAll: () => void
}

/** Asks for each key once, and again after `over$`. */
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
          // Not one that was forgotten while it was on its way.
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
