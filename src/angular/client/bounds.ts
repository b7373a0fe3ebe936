import { DestroyRef, NgZone, inject } from '@angular/core'
import { Observable, Subject, isObservable } from 'rxjs'

/** Where something runs, and until when. */
export interface Bounds {
  /** Runs something outside the Angular zone. In a zoneless application it just runs it. */
  readonly outside: <T>(act: () => T) => T
  /** Never emits. Completes at the end, and at once for later subscribers. */
  readonly over$: Observable<never>
  readonly isOver: () => boolean
}

/** For the streams of consumers, and for the lines behind them. */
export interface BothBounds {
  readonly consumers: Bounds
  readonly lines: Bounds
}

/** The bounds of the current injector. */
export const injectBounds = (): BothBounds => {
  const zone = inject(NgZone, { optional: true })
  const consumersOver$ = new Subject<never>()
  const linesOver$ = new Subject<never>()
  let over = false
  inject(DestroyRef).onDestroy(() => {
    over = true
    // Consumers first: they must not see a lost line when only the application has ended.
    consumersOver$.complete()
    linesOver$.complete()
  })
  const shared: Omit<Bounds, 'over$'> = {
    outside: act => (zone ? zone.runOutsideAngular(act) : act()),
    isOver: () => over,
  }
  return { consumers: { ...shared, over$: consumersOver$ }, lines: { ...shared, over$: linesOver$ } }
}

/**
 * Subscribed and unsubscribed outside the zone, because timers and sockets belong to the zone in which they are
 * made.
 */
export const withinBounds = <T>(source$: Observable<T>, { outside, over$ }: Bounds): Observable<T> =>
  new Observable(subscriber => {
    const complete = (): void => subscriber.complete()
    subscriber.add(over$.subscribe({ complete }))
    // After the end, a subscriber starts nothing.
    if (subscriber.closed) return undefined
    const subscription = outside(() =>
      source$.subscribe({
        next: value => subscriber.next(value),
        error: (error: unknown) => subscriber.error(error),
        complete,
      }),
    )
    return () => {
      outside(() => {
        subscription.unsubscribe()
      })
    }
  })

const contained = (value: unknown, bounds: Bounds): unknown => {
  if (isObservable(value)) return withinBounds(value, bounds)
  if (typeof value !== 'function') return value
  const act = value as (...args: readonly unknown[]) => unknown
  return (...args: readonly unknown[]) => {
    const result = bounds.outside(() => act(...args))
    return contained(result, bounds)
  }
}

/** The same object within bounds: its observables, its functions, and the observables that these return. */
export const contain = <T extends object>(whole: T, bounds: Bounds): T =>
  Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, contained(value, bounds)])) as T
