import { map, startWith, switchMap, timer } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import { checkDuration } from '../options'

/** A value, and whether it is stale. */
export interface MaybeStale<T> {
  readonly value: T
  readonly stale: boolean
}

/**
 * Emits each value when it comes, not stale, and once more as stale if no newer one has come within `after` ms. Do
 * not trade on a stale price. Errors at once; completes when the last value is stale. Throws `InvalidOption` unless
 * `after` is a number of ms from 0 to 2,147,483,647 (24 days), the limit of timers.
 *
 * ```ts
 * quote$.pipe(withStaleness(5_000)).subscribe(({ value, stale }) => console.log(value.bid, stale ? '?' : ''))
 * ```
 */
export const withStaleness = <T>(after: number): OperatorFunction<T, MaybeStale<T>> => {
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
