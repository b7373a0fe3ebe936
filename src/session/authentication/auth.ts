import { catchError, concat, concatMap, map, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { connectionLost } from '../../connection/lost'
import { hasReason, isRefused } from '../../errors'
import { isFinal, isRefusedAs } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import type { Grant } from './tokens'

/** What the application is known by: both are in its settings at openapi.ctrader.com. No object of a client shows them. */
export interface AppCredentials {
  /** The application's id. */
  readonly clientId: string
  /** Its secret. */
  readonly clientSecret: string
}

/** An authentication: by this request, or before it. */
export type Authenticated = 'now' | 'before'

/** "Already authenticated" is what was asked for. */
const authenticated = (answer$: Observable<unknown>): Observable<Authenticated> =>
  answer$.pipe(
    map(() => 'now' as const),
    catchError((error: unknown) =>
      isRefusedAs(error, 'alreadyDone') ? of('before' as const) : throwError(() => error),
    ),
  )

/** Authenticates the application (2100 → 2101) on a link. Emits once. */
export const appAuth =
  ({ clientId, clientSecret }: AppCredentials) =>
  (link: Link): Observable<Authenticated> =>
    link.request(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId, clientSecret }).pipe(authenticated)

/**
 * Authenticates a trading account (2102 → 2103) on a link whose application is. Emits once. A token that is refused is
 * renewed, once, where the grant can be.
 */
export const accountAuth =
  (accountId: number, grant: Grant) =>
  (link: Link): Observable<Authenticated> => {
    const by = (accessToken: string): Observable<Authenticated> =>
      link
        .request(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { ctidTraderAccountId: accountId, accessToken })
        .pipe(authenticated)
    return grant.accessToken$.pipe(
      concatMap(worn =>
        by(worn).pipe(
          catchError((error: unknown) =>
            isRefusedAs(error, 'badToken') && grant.isRenewable()
              ? concat(grant.renew(worn), grant.accessToken$.pipe(concatMap(by)))
              : throwError(() => error),
          ),
        ),
      ),
    )
  }

/** Whether trying the same authentication again cannot help. */
export const isFatal = (error: unknown): boolean =>
  hasReason(error, 'InvalidOption', 'InvalidRequest', 'GrantLost', 'ClientBlocked') || isFinal(error)

/**
 * A host that does not route the account: the wrong one for a demo or live account, or the broker behind it is
 * down. For an account that has been authenticated here before, it can only be the second.
 */
export const isNotRouted = (error: unknown): boolean => isRefusedAs(error, 'notRouted')

const isAppLost = (error: unknown): boolean => isRefusedAs(error, 'appLost')

/** The server has forgotten the account while the line is fine, and says so in the words it has for a bad request. */
export const isAccountLost = (error: unknown): boolean =>
  isRefused(error, 'INVALID_REQUEST') && /account is not authorized/i.test(error.description ?? '')

/** Whether a refusal is due to the session and not to the request: then it heals. */
export const isSessionLost = (error: unknown): boolean => isAppLost(error) || isAccountLost(error)

/** Where the server has forgotten the application nothing can succeed on this line any more, so it is given up. */
export const endIfAppLost = (link: Link, error: unknown): void => {
  if (isAppLost(error)) link.end(connectionLost('the application is no longer authenticated'))
}
