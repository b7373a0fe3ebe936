import { of, share, tap } from 'rxjs'
import type { Observable } from 'rxjs'

/** Answers that are kept, by what was asked. */
export interface Remembered<K, T> {
  /** Asks with the first who wants it; whoever comes later gets the same answer, unless that was an error. */
  readonly of: (key: K) => Observable<T>
  /** The next who wants it asks again. */
  readonly forget: (key: K) => void
  /** The next who wants any of them asks again. */
  readonly forgetAll: () => void
}

/** Asks for each key once, and again after `over$`. */
export const remembered = <K, T>(
  ask: (key: K) => Observable<T>,
  over$: Observable<unknown>,
): Remembered<K, T> => {
  const answers = new Map<K, Observable<T>>()
  const forgetAll = (): void => {
    answers.clear()
  }
  over$.subscribe(forgetAll)
  return {
    of: key => {
      const known = answers.get(key)
      if (known) return known
      const asking$: Observable<T> = ask(key).pipe(
        tap(answer => {
          // Not one that was forgotten while it was on its way.
          if (answers.get(key) === asking$) answers.set(key, of(answer))
        }),
        share(),
      )
      answers.set(key, asking$)
      return asking$
    },
    forget: key => {
      answers.delete(key)
    },
    forgetAll,
  }
}
