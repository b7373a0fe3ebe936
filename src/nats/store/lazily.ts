import { defer, from, shareReplay, tap } from 'rxjs'
import type { Observable } from 'rxjs'

/** Makes something once, when it is needed first. After a failure, it is tried again for who comes next. */
export const lazily = <T>(make: () => Promise<T>): Observable<T> => {
  let made$: Observable<T> | undefined
  return defer(
    () =>
      (made$ ??= defer(() => from(make())).pipe(
        tap({
          error: () => {
            made$ = undefined
          },
        }),
        shareReplay({ bufferSize: 1, refCount: false }),
      )),
  )
}
