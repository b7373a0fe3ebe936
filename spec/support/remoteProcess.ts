import type { Observable } from 'rxjs'
import { NEVER, Subject, concatMap, defer, delay, filter, map, of, take, timer } from 'rxjs'
import { monotonicNow } from '../../src/clock'
import type { LeaseClock } from '../../src/gateway/bus/leaseStore'
import type { Store } from '../../src/gateway/bus/store'

/** What becomes of one message to the bus, and of its answer. */
export interface Fate {
  readonly there: number
  readonly back: number
  readonly lost: 'nothing' | 'request' | 'answer'
  /** Whether a message comes twice. */
  readonly repeated?: boolean
}

/** A process with a clock of its own, which can be paused, cut off from the bus, and killed. */
export const remoteProcess = (rate: number) => {
  const changed$ = new Subject<void>()
  let isPaused = false
  let isCut = false
  let isDead = false
  /** What comes in waits while the process is paused. */
  const gate = <T>(source$: Observable<T>): Observable<T> =>
    source$.pipe(
      concatMap(value =>
        isPaused
          ? changed$.pipe(
              filter(() => !isPaused),
              take(1),
              map(() => value),
            )
          : of(value),
      ),
    )
  const clock: LeaseClock = {
    now: () => monotonicNow() * rate,
    // Whole ms: with fractions, what waits until a time would wait for no time again and again.
    after: ms => gate(timer(Math.ceil(ms / rate))),
  }
  const reach = (store: Store, nextFate: () => Fate): Store => {
    const call = <T>(ask: () => Observable<T>): Observable<T> =>
      defer(() => {
        const { there, back, lost } = nextFate()
        if (isCut || lost === 'request') return NEVER
        // What has left arrives, also if its answer is not waited for any more.
        const answer$ = new Subject<T>()
        timer(there)
          .pipe(concatMap(ask))
          .subscribe({
            next: value => {
              answer$.next(value)
            },
            error: (error: unknown) => {
              answer$.error(error)
            },
          })
        return gate(
          answer$.pipe(
            delay(back),
            filter(() => lost === 'nothing' && !isCut),
          ),
        )
      })
    return {
      get: key => call(() => store.get(key)),
      put: (key, text, after) => call(() => store.put(key, text, after)),
      watch: key =>
        gate(
          store.watch(key).pipe(
            filter(() => !isCut && nextFate().lost === 'nothing'),
            delay(5),
          ),
        ),
    }
  }
  return {
    clock,
    reach,
    /** What comes in waits while the process is paused. */
    gate,
    isDead: (): boolean => isDead,
    isCut: (): boolean => isCut,
    /** Emits when it is killed. */
    killed$: changed$.pipe(
      filter(() => isDead),
      take(1),
    ),
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = isDead
      changed$.next()
    },
    cut: () => {
      isCut = true
    },
    join: () => {
      isCut = isDead
    },
    kill: () => {
      isDead = true
      isPaused = true
      isCut = true
      changed$.next()
    },
  }
}
