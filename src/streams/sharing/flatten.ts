import { Observable } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/** Emits the items of each array. Like `mergeMap`, without an inner stream per array. */
export const flatten =
  <T>(): OperatorFunction<readonly T[], T> =>
  list$ =>
    new Observable(subscriber =>
      list$.subscribe({
        next: list => {
          for (const value of list) subscriber.next(value)
        },
        error: (error: unknown) => {
          subscriber.error(error)
        },
        complete: () => {
          subscriber.complete()
        },
      }),
    )
