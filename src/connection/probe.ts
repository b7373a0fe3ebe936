import { asyncScheduler, catchError, defer, filter, interval, map, merge, exhaustMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../clock'
import { connectionLost } from './lost'
import type { Requests } from './requests/request'

const LOOK_EVERY = 5_000

/**
 * Emits when the wall clock has run ahead of the monotonic one: it was set, or the machine has slept and its monotonic
 * clock has not counted that. Nothing tells which of the two.
 */
const mayHaveSlept$: Observable<unknown> = defer(() => {
  const ahead = (): number => asyncScheduler.now() - monotonicNow()
  let last = ahead()
  return interval(LOOK_EVERY).pipe(
    filter(() => {
      const before = last
      last = ahead()
      return last - before > LOOK_EVERY
    }),
  )
})

/**
 * Probes the line whenever the platform wakes or may have slept, since it may look open for long after a change of
 * network, and when the server answers no request any more, though it may go on beating. Never emits; errors with
 * `ConnectionLost` when a probe is not answered.
 */
export const probeLine = (
  { probe, unanswered$ }: Pick<Requests, 'probe' | 'unanswered$'>,
  wake$: Observable<unknown>,
): Observable<never> =>
  merge(
    merge(wake$, mayHaveSlept$).pipe(
      map(() => 'no answer after the network, the page or the clock had changed'),
    ),
    unanswered$.pipe(map(() => 'the server answers no request')),
  ).pipe(exhaustMap(why => probe.pipe(catchError(() => throwError(() => connectionLost(why))))))
