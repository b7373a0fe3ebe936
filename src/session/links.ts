import {
  EMPTY,
  defer,
  dematerialize,
  exhaustMap,
  materialize,
  mergeMap,
  of,
  retry,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { OpenLink } from '../connection/link'
import { invalidRequest } from '../connection/requests/request'
import type { SendRequest } from '../connection/requests/request'
import { CTraderError, hasReason } from '../errors'
import { messageRow } from '../protocol/table'
import type { RequestType } from '../protocol/table'
import { isSessionLost } from './authentication/auth'
import type { AccountSession, Session } from './state/state'
import { omitUndefined } from '../util/omitUndefined'

/** The links of a session as they become usable. Errors with the cause when the session has failed. */
export const usableLinks = (
  session$: Observable<Session | AccountSession>,
  usable: 'appAuthenticated' | 'authenticated',
): Observable<OpenLink> =>
  session$.pipe(
    mergeMap(session =>
      session.status === 'failed'
        ? throwError(() => session.cause)
        : 'link' in session && session.status === usable
          ? of(session.link)
          : EMPTY,
    ),
  )

export interface Requesting {
  readonly requestTimeout: number
  /** Why there may be no link. */
  readonly trouble: () => string | undefined
  /** Called with a link's refusal, before its sender is told. */
  readonly onRefused?: (link: OpenLink, error: unknown) => void
}

/** Whether the line or the session was lost before the answer came. */
const isAnswerLost = (error: unknown): boolean => hasReason(error, 'ConnectionLost') || isSessionLost(error)

/** After this many attempts, something else is wrong. */
const MAX_TRIES = 5

/**
 * Sends requests over the current link: checked at once, sent on the first usable link. A sent request is settled
 * by its own link only, even if the account fails meanwhile. A query whose answer was lost is sent again. A request
 * with an effect, above all an order, is sent once.
 */
export const requestSender = (
  link$: Observable<OpenLink>,
  { requestTimeout, trouble, onRefused = () => undefined }: Requesting,
): SendRequest => {
  const waitedInVain = (payloadType: RequestType): CTraderError =>
    new CTraderError({
      reason: 'Timeout',
      payloadType,
      after: requestTimeout,
      sent: false,
      ...omitUndefined({ detail: trouble() }),
    })

  return (payloadType, payload) =>
    defer(() => {
      const invalid = invalidRequest(payloadType, payload)
      if (invalid) return throwError(() => invalid)
      const isRepeatable = messageRow(payloadType)?.repeatable === true
      const askOver = (link: OpenLink) =>
        link.request(payloadType, payload).pipe(
          tap({
            error: (error: unknown) => {
              onRefused(link, error)
            },
          }),
        )
      return link$.pipe(
        timeout({ first: requestTimeout, with: () => throwError(() => waitedInVain(payloadType)) }),
        // As values, later links and the end of the links do not disturb a request that is under way.
        materialize(),
        exhaustMap(notification =>
          notification.kind === 'N' ? askOver(notification.value) : of(notification).pipe(dematerialize()),
        ),
        take(1),
        retry({
          count: MAX_TRIES - 1,
          delay: (error: unknown) =>
            isRepeatable && isAnswerLost(error) ? of(undefined) : throwError(() => error),
        }),
      )
    })
}
