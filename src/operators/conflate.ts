import { Observable, animationFrames, catchError, concatMap, take, tap, timer } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import { checkDuration } from '../options'

/** The latest value of its key. */
export interface Conflated<T> {
  readonly value: T
  /** How many before it, of the same key, were not emitted. */
  readonly dropped: number
}

/** Sixty times a second, as most screens. */
const FRAME = 16

/**
 * The next animation frame, and where there are none, as on a server, the end of a timer. Not by the scheduler of
 * frames, which never lets go of what it could not schedule.
 */
const nextFrame = (): Observable<unknown> =>
  animationFrames().pipe(
    take(1),
    catchError(() => timer(FRAME)),
  )

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
    const keep = (value: T): void => {
      const key = by(value)
      const before = waiting.get(key)
      waiting.set(key, { value, dropped: before ? before.dropped + 1 : 0 })
      if (!before && waiting.size === 1) subscriber.add(end$.subscribe(handOver))
    }
    subscriber.add(
      source$.pipe(tap(keep)).subscribe({
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
 * before it errors. Where there are no animation frames, as in Node, they are 16 ms. Throws `InvalidOption` for an
 * interval that is no number of ms from 0 to 2,147,483,647: timers take no more.
 *
 * ```ts
 * quote$
 *   .pipe(conflate(({ symbolId }) => symbolId, 'animationFrame'))
 *   .subscribe(({ value, dropped }) => console.log(value.bid, dropped))
 * ```
 */
export const conflate = <T>(
  by: (value: T) => unknown,
  every: number | 'animationFrame',
): OperatorFunction<T, Conflated<T>> => {
  if (every !== 'animationFrame') checkDuration('every', every)
  const end$ = every === 'animationFrame' ? nextFrame() : timer(every)
  // One after the other also where a value makes others come, or makes them complete.
  return source$ => intervals(source$, by, end$).pipe(concatMap(latest => latest))
}
