import { EMPTY, catchError, ignoreElements, switchMap, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { connectionLost } from '../connection/lost'
import { PayloadType } from '../protocol/payloadType'

/** A server that is there answers within a second. */
const PATIENCE = 5_000

/**
 * Asks the server for something light whenever the platform wakes, and gives the line up when nothing comes: after a
 * change of network a line may look open for long. Never emits.
 */
export const probing = (link: Link, wake$: Observable<unknown>): Observable<never> =>
  wake$.pipe(
    switchMap(() =>
      link.request(PayloadType.PROTO_OA_VERSION_REQ, {}).pipe(
        timeout({ first: PATIENCE }),
        catchError(() => {
          link.end(connectionLost('no answer after the network or the page had changed'))
          return EMPTY
        }),
      ),
    ),
    ignoreElements(),
  )
