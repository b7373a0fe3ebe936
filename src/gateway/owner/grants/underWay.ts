import { BehaviorSubject, Subscription, ignoreElements, takeWhile } from 'rxjs'
import type { Observable } from 'rxjs'

/** What a process does at the moment that must not be interrupted, each on a line or on none. */
export interface UnderWay {
  readonly begin: (line?: unknown) => Subscription
  /** Completes when nothing of a line, or nothing at all, is under way. */
  readonly over: (line?: unknown) => Observable<never>
}

/** Counts the answers with new pairs that are awaited, and the pairs that are being saved. */
export const createUnderWay = (): UnderWay => {
  const all$ = new BehaviorSubject<readonly { readonly line: unknown }[]>([])
  return {
    begin: line => {
      const one = { line }
      all$.next([...all$.value, one])
      return new Subscription(() => {
        all$.next(all$.value.filter(other => other !== one))
      })
    },
    over: line =>
      all$.pipe(
        takeWhile(all => (line === undefined ? all.length > 0 : all.some(one => one.line === line))),
        ignoreElements(),
      ),
  }
}
