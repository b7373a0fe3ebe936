import {
  EMPTY,
  asyncScheduler,
  catchError,
  defer,
  filter,
  ignoreElements,
  interval,
  merge,
  switchMap,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../clock'
import type { Link } from '../connection/link'
import { connectionLost } from '../connection/lost'
import { PayloadType } from '../protocol/payloadType'

/** A server that is there answers within a second. */
const PATIENCE = 5_000

const LOOK_EVERY = 5_000

/**
 * Emits when the wall clock has run ahead of the monotonic one: somebody has set it, or the machine has slept and its
 * monotonic clock has not counted that. Nothing tells which of the two.
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
 * Asks the server for something light whenever the platform wakes or may have slept, and gives the line up when nothing comes: after a
 * change of network a line may look open for long. Never emits.
 */
export const probing = (link: Link, wake$: Observable<unknown>): Observable<never> =>
  merge(wake$, mayHaveSlept$).pipe(
    switchMap(() =>
      link.request(PayloadType.PROTO_OA_VERSION_REQ, {}).pipe(
        timeout({ first: PATIENCE }),
        catchError(() => {
          link.end(connectionLost('no answer after the network, the page or the clock had changed'))
          return EMPTY
        }),
      ),
    ),
    ignoreElements(),
  )
