import { Subscription, defer, filter, merge, repeat, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'

const HEARTBEAT_AFTER = 30_000
const IDLE_AFTER = 60_000
const UNAUTHENTICATED_FOR = 30_000

/** The state behind the server's timers. */
export interface Lifetime {
  readonly lastSent: () => number
  readonly lastReceived: () => number
  readonly isAuthenticated: () => boolean
  readonly beat: () => void
  readonly hangUp: () => void
}

/** Emits whenever nothing has happened for `period` ms since `last()`. */
const quiet = (last: () => number, period: number): Observable<unknown> =>
  defer(() => timer(Math.max(0, last() + period - monotonicNow()))).pipe(
    repeat(),
    filter(() => monotonicNow() - last() >= period),
  )

/**
 * Sends heartbeats when the server has been silent. Closes the line of a client that is silent, or that does not
 * authenticate.
 */
export const keepTime = ({
  lastSent,
  lastReceived,
  isAuthenticated,
  beat,
  hangUp,
}: Lifetime): Subscription => {
  const timers = new Subscription()
  timers.add(
    merge(
      timer(UNAUTHENTICATED_FOR).pipe(filter(() => !isAuthenticated())),
      quiet(lastReceived, IDLE_AFTER),
    ).subscribe(hangUp),
  )
  timers.add(quiet(lastSent, HEARTBEAT_AFTER).subscribe(beat))
  return timers
}
