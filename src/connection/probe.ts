import { asyncScheduler, catchError, defer, filter, interval, map, merge, exhaustMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../clock'
import { connectionLost } from './lost'
import type { Requests } from './requests/createRequests'

const LOOK_EVERY = 5_000

/**
 * Emits when the wall clock has moved ahead of the monotonic one. Either it was set, or the machine has slept and
 * its monotonic clock has stopped meanwhile. There is no way to tell which.
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
 * Probes the line in three cases. Never emits; errors with `ConnectionLost` when a probe is not answered.
 *
 * - The platform wakes.
 * - The machine may have slept. A line may look open for long after a change of network.
 * - The server answers no request any more, even if its heartbeats come.
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
