import { Subscription, defer, filter, repeat, take, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { MAX_INT32 } from '../../../options'

const HEARTBEAT_AFTER = 30_000
const IDLE_AFTER = 60_000

/** Emits whenever nothing has happened for `period` ms since `last()`. */
const quiet = (last: () => number, period: number): Observable<unknown> =>
  defer(() => timer(Math.max(0, last() + period - monotonicNow()))).pipe(
    repeat(),
    filter(() => monotonicNow() - last() >= period),
  )

/** Sends heartbeats when the server has been silent, and closes the line of a client that is silent. */
export const keepAlive = (line: {
  readonly lastSent: () => number
  readonly lastReceived: () => number
  readonly beat: () => void
  readonly hangUp: () => void
}): Subscription => {
  const timers = new Subscription()
  timers.add(quiet(line.lastReceived, IDLE_AFTER).subscribe(line.hangUp))
  timers.add(quiet(line.lastSent, HEARTBEAT_AFTER).subscribe(line.beat))
  return timers
}

/** Emits at a time, in ms since the epoch, however far away it is. */
export const timeReached = (at: number, now: () => number): Observable<unknown> =>
  defer(() => timer(Math.min(MAX_INT32, Math.max(0, at - now())))).pipe(
    repeat(),
    filter(() => now() >= at),
    take(1),
  )
