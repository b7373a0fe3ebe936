import { Observable, animationFrameScheduler, concatMap, tap, timer } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/** The latest value of its key. */
export interface Conflated<T> {
  readonly value: T
  /** How many before it, of the same key, were not emitted. */
  readonly dropped: number
}

/** What came in each interval. */
const intervals = <T>(
  source$: Observable<T>,
  by: (value: T) => unknown,
  end$: Observable<unknown>,
): Observable<Conflated<T>[]> =>
  new Observable(subscriber => {
    const waiting = new Map<unknown, Conflated<T>>()
    const handOver = (): void => {
      const latest = [...waiting.values()]
      waiting.clear()
      subscriber.next(latest)
    }
    const take = (value: T): void => {
      const key = by(value)
      const before = waiting.get(key)
      waiting.set(key, { value, dropped: before ? before.dropped + 1 : 0 })
      if (!before && waiting.size === 1) subscriber.add(end$.subscribe(handOver))
    }
    subscriber.add(
      source$.pipe(tap(take)).subscribe({
        error: (error: unknown) => {
          subscriber.error(error)
        },
        complete: () => {
          handOver()
          subscriber.complete()
        },
      }),
    )
  })

/**
 * The latest value per key at most once per interval, in ms, or per animation frame of a browser: for a screen, or
 * whoever else cannot or need not look at each.
 *
 * All that came in an interval comes out together at its end, in the order in which the keys came, so that a screen
 * is drawn once. No value comes out at once, and none waits longer than one interval, which begins with the first
 * value after a rest; while nothing waits there is no timer. What waits comes out before the source completes, and not
 * before it errors.
 *
 * ```ts
 * quote$
 *   .pipe(conflate(({ symbolId }) => symbolId, 'animationFrame'))
 *   .subscribe(({ value, dropped }) => console.log(value.bid, dropped))
 * ```
 */
export const conflate =
  <T>(by: (value: T) => unknown, every: number | 'animationFrame'): OperatorFunction<T, Conflated<T>> =>
  source$ =>
    intervals(
      source$,
      by,
      every === 'animationFrame' ? timer(0, animationFrameScheduler) : timer(every),
      // One after the other also where a value makes others come, or makes them complete.
    ).pipe(concatMap(latest => latest))
