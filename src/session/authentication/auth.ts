import { catchError, concat, concatMap, map, of, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link, OpenLink } from '../../connection/link'
import { connectionLost } from '../../connection/lost'
import { hasReason, isRefused } from '../../errors'
import { isFinal, isRefusedAs } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import type { AskCredential, Credential } from './grants/credential'
import type { Grant } from './grants/grant'

/** The application's credentials, from its settings at openapi.ctrader.com. No object of a client shows them. */
export interface AppCredentials {
  readonly clientId: string
  readonly clientSecret: Credential
}

/** Whether this request authenticated, or an earlier one had. */
export type Authenticated = 'now' | 'before'

/** "Already authenticated" counts as success. */
const authenticated = (answer$: Observable<unknown>): Observable<Authenticated> =>
  answer$.pipe(
    map(() => 'now' as const),
    catchError((error: unknown) =>
      isRefusedAs(error, 'alreadyDone') ? of('before' as const) : throwError(() => error),
    ),
  )

/** Authenticates the application (2100 → 2101) on a link. Emits once. */
export const appAuth =
  ({ clientId, clientSecret: given }: AppCredentials, ask: AskCredential) =>
  (link: Link): Observable<Authenticated> =>
    ask('clientSecret', given).pipe(
      concatMap(clientSecret =>
        link
          .request(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId, clientSecret })
          .pipe(authenticated),
      ),
    )

/**
 * Authenticates a trading account (2102 → 2103) on a link with an authenticated application. Emits once. If the
 * token is refused, it is renewed once, if the grant allows that. `onToken` learns the token that was accepted.
 */
export const accountAuth =
  (accountId: number, grant: Grant, onToken: (accessToken: string) => void) =>
  (link: Link): Observable<Authenticated> => {
    const by = (accessToken: string): Observable<Authenticated> =>
      link
        .request(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { ctidTraderAccountId: accountId, accessToken })
        .pipe(
          authenticated,
          tap(() => {
            onToken(accessToken)
          }),
        )
    return grant.accessToken$.pipe(
      concatMap(worn =>
        by(worn).pipe(
          catchError((error: unknown) =>
            isRefusedAs(error, 'badToken') && grant.isRenewable()
              ? concat(grant.renew(worn), grant.accessToken$).pipe(
                  concatMap(fresh => (fresh === worn ? throwError(() => error) : by(fresh))),
                )
              : throwError(() => error),
          ),
        ),
      ),
    )
  }

/** Whether the same authentication would fail again. */
export const isFatal = (error: unknown): boolean =>
  hasReason(error, 'InvalidOption', 'InvalidRequest', 'GrantLost', 'ClientBlocked') || isFinal(error)

/**
 * Whether the host does not route the account. Either it is the wrong host for a demo or live account, or the
 * broker behind it is down. If the account was authenticated here before, the broker is down.
 */
export const isNotRouted = (error: unknown): boolean => isRefusedAs(error, 'notRouted')

const isAppLost = (error: unknown): boolean => isRefusedAs(error, 'appLost')

/**
 * Whether the server has forgotten the account on a healthy line. It uses the error code of a bad request for that.
 */
export const isAccountLost = (error: unknown): boolean =>
  isRefused(error, 'INVALID_REQUEST') && /account is not authorized/i.test(error.description ?? '')

/** Whether a refusal comes from the session and not from the request: then it will recover. */
export const isSessionLost = (error: unknown): boolean => isAppLost(error) || isAccountLost(error)

/** If the server has forgotten the application, nothing can succeed on this line: end it. */
export const endIfAppLost = (link: OpenLink, error: unknown): void => {
  if (isAppLost(error)) link.end(connectionLost('the application is no longer authenticated'))
}
