import { EMPTY, defer, exhaustMap, mergeMap, of, take, throwError, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { invalidRequest } from '../connection/request'
import type { Request } from '../connection/request'
import { CTraderError } from '../errors'
import type { AccountSession, Session } from './state'

/** The links of a session as they become usable; errors with the cause when the session has failed. */
export const linksOf = (
  session$: Observable<Session | AccountSession>,
  usable: 'appAuthenticated' | 'authenticated',
): Observable<Link> =>
  session$.pipe(
    mergeMap(session =>
      session.status === 'failed'
        ? throwError(() => session.cause)
        : 'link' in session && session.status === usable
          ? of(session.link)
          : EMPTY,
    ),
  )

/**
 * Requests over whichever link there is: checked at once, sent on the first usable link and never again, also not
 * when the line is lost before the answer.
 */
export const requestOver =
  (link$: Observable<Link>, requestTimeout: number): Request =>
  (payloadType, payload) =>
    defer(() => {
      const invalid = invalidRequest(payloadType, payload)
      if (invalid) return throwError(() => invalid)
      return link$.pipe(
        timeout({
          first: requestTimeout,
          with: () =>
            throwError(
              () => new CTraderError({ reason: 'Timeout', payloadType, after: requestTimeout, sent: false }),
            ),
        }),
        exhaustMap(link => link.request(payloadType, payload)),
        take(1),
      )
    })
