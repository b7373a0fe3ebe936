import { Observable, asyncScheduler, timer } from 'rxjs'
import type { MonoTypeOperatorFunction, Subscription } from 'rxjs'
import { growingPause } from '../../util/backoff'
import { passOn } from '../../util/observables/passOn'

const PAUSES = { initial: 1_000, max: 60_000 }

/**
 * Emits the first value at once, and merges those that come soon after. The pause doubles from 1 s to 60 s while
 * more values keep coming, so that reactions cannot become a storm. After two minutes without a value it starts
 * again.
 */
export const pace =
  <T>(joined: (a: T, b: T) => T): MonoTypeOperatorFunction<T> =>
  value$ =>
    new Observable(subscriber => {
      let given = 0
      let lastAt = -Infinity
      let waiting: { readonly value: T } | undefined
      let pausing: Subscription | undefined

      const give = (value: T): void => {
        const now = asyncScheduler.now()
        given = Math.abs(now - lastAt) > 2 * PAUSES.max ? 1 : given + 1
        lastAt = now
        pausing = timer(growingPause(given, PAUSES)).subscribe(() => {
          pausing = undefined
          if (!waiting) return
          const { value: next } = waiting
          waiting = undefined
          give(next)
        })
        subscriber.next(value)
      }

      subscriber.add(() => pausing?.unsubscribe())
      return value$.subscribe(
        passOn(subscriber, value => {
          if (!pausing) give(value)
          else waiting = { value: waiting ? joined(waiting.value, value) : value }
        }),
      )
    })
