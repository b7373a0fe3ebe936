import { Observable, animationFrames, catchError, concatMap, take, tap, timer } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import { checkDuration } from '../options'

/** The latest value of its key. */
export interface Conflated<T> {
  readonly value: T
  /** How many earlier values of the same key were dropped. */
  readonly dropped: number
}

/** Sixty times a second, like most screens. */
const FRAME = 16

/**
 * The next animation frame. Without animation frames, as on a server, a timer. RxJS's `animationFrameScheduler` is
 * not used, because it keeps an action for ever if scheduling it failed.
 */
const nextFrame = (): Observable<unknown> =>
  animationFrames().pipe(
    take(1),
    catchError(() => timer(FRAME)),
  )

/** The values of each interval. */
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
 * The latest value per key, at most once per interval in ms, or per animation frame of a browser. For screens and
 * other consumers that need not see each value.
 *
 * All values of an interval are emitted together at its end, in the order in which their keys came, so that a
 * screen is drawn once. An interval begins with the first value after a rest. So no value is emitted at once, and
 * none waits longer than one interval. While nothing waits, there is no timer. Waiting values are emitted before
 * the source completes, but not before it errors.
 *
 * Without animation frames, as in Node, an interval is 16 ms. Throws `InvalidOption` for an interval that is not a
 * number of ms from 0 to 2,147,483,647, the limit of timers.
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
  // One after the other, even if a value causes others or makes the source complete.
  return source$ => intervals(source$, by, end$).pipe(concatMap(latest => latest))
}
