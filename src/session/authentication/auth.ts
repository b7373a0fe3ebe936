import { catchError, concat, concatMap, map, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { connectionLost } from '../../connection/lost'
import { CTraderError } from '../../errors'
import { isFinal, meaningOf } from '../../protocol/errorCodes'
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
      error instanceof CTraderError &&
      error.reason === 'Refused' &&
      meaningOf(error.errorCode) === 'alreadyDone'
        ? of('before' as const)
        : throwError(() => error),
    ),
  )

/** Authenticates the application (2100 → 2101) on a link. Emits once. */
export const appAuth =
  ({ clientId, clientSecret }: AppCredentials) =>
  (link: Link): Observable<Authenticated> =>
    link.request(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId, clientSecret }).pipe(authenticated)

const isBadToken = (error: unknown): boolean =>
  error instanceof CTraderError && error.reason === 'Refused' && meaningOf(error.errorCode) === 'badToken'

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
            isBadToken(error) && grant.isRenewable()
              ? concat(grant.renew(worn), grant.accessToken$.pipe(concatMap(by)))
              : throwError(() => error),
          ),
        ),
      ),
    )
  }

/** Whether trying the same authentication again cannot help. */
export const isFatal = (error: CTraderError): boolean =>
  error.reason === 'InvalidOption' ||
  error.reason === 'InvalidRequest' ||
  error.reason === 'GrantLost' ||
  error.reason === 'ClientBlocked' ||
  (error.reason === 'Refused' && isFinal(meaningOf(error.errorCode)))

/**
 * A host that does not route the account: the wrong one for a demo or live account, or the broker behind it is
 * down. For an account that has been authenticated here before, it can only be the second.
 */
export const isNotRouted = (error: CTraderError): boolean =>
  error.reason === 'Refused' && meaningOf(error.errorCode) === 'notRouted'

const isAppLost = (error: CTraderError): boolean =>
  error.reason === 'Refused' && meaningOf(error.errorCode) === 'appLost'

/** The server has forgotten the account while the line is fine, and says so in the words it has for a bad request. */
export const isAccountLost = (error: CTraderError): boolean =>
  error.reason === 'Refused' &&
  error.errorCode === 'INVALID_REQUEST' &&
  /account is not authorized/i.test(error.description ?? '')

/** Whether a refusal is due to the session and not to the request: then it heals. */
export const isSessionLost = (error: CTraderError): boolean => isAppLost(error) || isAccountLost(error)

/** Where the server has forgotten the application nothing can succeed on this line any more, so it is given up. */
export const endIfAppLost = (link: Link, error: CTraderError): void => {
  if (isAppLost(error)) link.end(connectionLost('the application is no longer authenticated'))
}
