import { DestroyRef, NgZone, inject } from '@angular/core'
import { Observable, Subject, isObservable } from 'rxjs'

/** Where something is done, and for how long. */
export interface Bounds {
  /** Does something outside the Angular zone. Where there is none, as in a zoneless application, it just does it. */
  readonly outside: <T>(act: () => T) => T
  /** Never emits; completes when it is over, and at once for whoever comes later. */
  readonly over$: Observable<never>
  readonly isOver: () => boolean
}

/** Of what is consumed, and of the lines behind it. */
export interface BothBounds {
  readonly consumers: Bounds
  readonly lines: Bounds
}

/** The bounds of the injector whose context this is. */
export const injectBounds = (): BothBounds => {
  const zone = inject(NgZone, { optional: true })
  const consumersOver$ = new Subject<never>()
  const linesOver$ = new Subject<never>()
  let over = false
  inject(DestroyRef).onDestroy(() => {
    over = true
    // In this order nobody is told of a lost line where only the application has ended.
    consumersOver$.complete()
    linesOver$.complete()
  })
  const shared: Omit<Bounds, 'over$'> = {
    outside: act => (zone ? zone.runOutsideAngular(act) : act()),
    isOver: () => over,
  }
  return { consumers: { ...shared, over$: consumersOver$ }, lines: { ...shared, over$: linesOver$ } }
}

/** Subscribed and unsubscribed outside, since timers and sockets belong to the zone they are made in. */
export const bounded = <T>(source$: Observable<T>, { outside, over$ }: Bounds): Observable<T> =>
  new Observable(subscriber => {
    const complete = (): void => subscriber.complete()
    subscriber.add(over$.subscribe({ complete }))
    // Who comes after the end begins nothing.
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
  if (isObservable(value)) return bounded(value, bounds)
  if (typeof value !== 'function') return value
  const act = value as (...args: readonly unknown[]) => unknown
  return (...args: readonly unknown[]) => {
    const result = bounds.outside(() => act(...args))
    return contained(result, bounds)
  }
}

/** The same within bounds: its observables, its functions, and the observables that these return. */
export const contain = <T extends object>(whole: T, bounds: Bounds): T =>
  Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, contained(value, bounds)])) as T
