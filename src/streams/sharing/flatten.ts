import { Observable } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/** The values of lists, one after the other: `mergeMap` for lists alone, which make no stream of their own each. */
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
