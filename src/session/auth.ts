import { catchError, map, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { connectionLost } from '../connection/lost'
import { CTraderError } from '../errors'
import { meaningOf } from '../protocol/errorCodes'
import { PayloadType } from '../protocol/payloadType'

export interface AppCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

export interface AccountCredentials {
  readonly accountId: number
  readonly accessToken: string
}

/** "Already authenticated" is what was asked for. */
const authenticated =
  (link: Link) =>
  (answer$: Observable<unknown>): Observable<Link> =>
    answer$.pipe(
      catchError((error: unknown) =>
        error instanceof CTraderError &&
        error.reason === 'Refused' &&
        meaningOf(error.errorCode) === 'alreadyDone'
          ? of(error)
          : throwError(() => error),
      ),
      map(() => link),
    )

/** Authenticates the application (2100 → 2101) on a link and emits that link. */
export const appAuth =
  ({ clientId, clientSecret }: AppCredentials) =>
  (link: Link): Observable<Link> =>
    link
      .request(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId, clientSecret })
      .pipe(authenticated(link))

/** Authenticates a trading account (2102 → 2103) on a link whose application is, and emits that link. */
export const accountAuth =
  ({ accountId, accessToken }: AccountCredentials) =>
  (link: Link): Observable<Link> =>
    link
      .request(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { ctidTraderAccountId: accountId, accessToken })
      .pipe(authenticated(link))

/** Whether trying the same authentication again cannot help. */
export const isFatal = (error: CTraderError): boolean =>
  error.reason === 'InvalidOption' ||
  error.reason === 'InvalidRequest' ||
  (error.reason === 'Refused' && meaningOf(error.errorCode) === 'fatal')

/**
 * A host that does not route the account: the wrong one for a demo or live account, or the broker behind it is
 * down. For an account that has been authenticated here before, it can only be the second.
 */
export const isNotRouted = (error: CTraderError): boolean =>
  error.reason === 'Refused' && meaningOf(error.errorCode) === 'notRouted'

/**
 * Where the server has forgotten the application nothing can succeed on this line any more, so it is given up. Says
 * whether that was so.
 */
export const endIfAppLost = (link: Link, error: CTraderError): boolean => {
  const isLost = error.reason === 'Refused' && meaningOf(error.errorCode) === 'appLost'
  if (isLost) link.end(connectionLost('the application is no longer authenticated'))
  return isLost
}

/** The server has forgotten the account while the line is fine, and says so in the words it has for a bad request. */
export const isAccountLost = (error: CTraderError): boolean =>
  error.reason === 'Refused' &&
  error.errorCode === 'INVALID_REQUEST' &&
  /account is not authorized/i.test(error.description ?? '')
