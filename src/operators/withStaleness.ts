import { map, startWith, switchMap, timer } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import { checkDuration } from '../options'

/** A value, and whether it is an old one. */
export interface Aging<T> {
  readonly value: T
  readonly stale: boolean
}

/**
 * Each value as it comes, fresh, and once more as stale when nothing newer has come within `after` ms: a price by
 * which nobody should trade any more. Errors at once; completes when the last value is stale. Throws `InvalidOption`
 * for what is no number of ms from 0 to 2,147,483,647, which are 24 days: timers take no more.
 *
 * ```ts
 * quote$.pipe(withStaleness(5_000)).subscribe(({ value, stale }) => console.log(value.bid, stale ? '?' : ''))
 * ```
 */
export const withStaleness = <T>(after: number): OperatorFunction<T, Aging<T>> => {
  checkDuration('after', after)
  return source$ =>
    source$.pipe(
      switchMap(value =>
        timer(after).pipe(
          map(() => ({ value, stale: true })),
          startWith({ value, stale: false }),
        ),
      ),
    )
}
