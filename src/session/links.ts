import { EMPTY, defer, exhaustMap, materialize, mergeMap, of, take, throwError, timeout } from 'rxjs'
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
 * when the line is lost before the answer. Once sent, only the link settles it: that the account fails meanwhile
 * says nothing of this request. `trouble` tells why there may be no link.
 */
export const requestOver =
  (link$: Observable<Link>, requestTimeout: number, trouble: () => string | undefined): Request =>
  (payloadType, payload) =>
    defer(() => {
      const invalid = invalidRequest(payloadType, payload)
      if (invalid) return throwError(() => invalid)
      const noLink = (): CTraderError => {
        const detail = trouble()
        return new CTraderError({
          reason: 'Timeout',
          payloadType,
          after: requestTimeout,
          sent: false,
          ...(detail !== undefined && { detail }),
        })
      }
      return link$.pipe(
        timeout({ first: requestTimeout, with: () => throwError(noLink) }),
        materialize(),
        exhaustMap(notification => {
          switch (notification.kind) {
            case 'N':
              return notification.value.request(payloadType, payload)
            case 'E':
              return throwError((): unknown => notification.error)
            case 'C':
              return EMPTY
          }
        }),
        take(1),
      )
    })
