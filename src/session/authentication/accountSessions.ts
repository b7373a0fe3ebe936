import {
  concat,
  defer,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  using,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { OpenLink } from '../../connection/link'
import { reconnect } from '../reconnecting/reconnect'
import type { Persistence } from '../reconnecting/reconnect'
import type { AccountSession, Session } from '../state/state'
import { accountAuth, endIfAppLost, isFatal, isNotRouted } from './auth'
import type { Authentications } from './authentications'
import type { Grant } from './grants/grant'

export interface AccountPersistence extends Pick<
  Persistence<AccountSession>,
  'pause' | 'retries' | 'stableAfter' | 'untilLogin'
> {
  /** How long the account stays authenticated after its last subscriber has left, in ms. */
  readonly linger: number
  /** Called with each token that the server has accepted. */
  readonly onToken: (accessToken: string) => void
}

/**
 * The states of an account's authentication over all lines. On each line it authenticates when the application is
 * authenticated, and again when its session ends by itself. Completes after `failed`.
 */
export const accountSessions = (
  session$: Observable<Session>,
  accountId: number,
  grant: Grant,
  authentications: Authentications,
  { onToken, pause, retries, stableAfter, untilLogin }: AccountPersistence,
): Observable<AccountSession> => {
  const authenticate = accountAuth(accountId, grant, onToken)

  const authenticatedOn = (link: OpenLink): AccountSession => ({
    status: 'authenticated',
    accountId,
    link: authentications.ownLink(link),
  })
  const enter = (link: OpenLink): Observable<AccountSession> =>
    authenticate(link).pipe(
      tap({
        next: when => {
          authentications.add(link, when)
        },
        error: (error: unknown) => {
          endIfAppLost(link, error)
        },
      }),
      map(() => authenticatedOn(link)),
    )
  /** Unless it is authenticated already. After a logout that is under way, that has to be looked at again. */
  const enterIfNeeded = (link: OpenLink): Observable<AccountSession> =>
    defer(() => (authentications.isOn(link) ? of(authenticatedOn(link)) : enter(link)))

  /** Errors when the session ends. */
  const attempt = (link: OpenLink): Observable<AccountSession> => {
    const { ended$, ready$ } = authentications.sessionOn(link)
    return merge(
      merge(ended$, authentications.forgottenOn(link)).pipe(mergeMap(ended => throwError(() => ended))),
      grant.renewal$,
      defer(() =>
        authentications.isOn(link)
          ? of(authenticatedOn(link))
          : concat(of({ status: 'authenticatingAccount' } as const), ready$, enterIfNeeded(link)),
      ),
    )
  }

  const onLink = (link: OpenLink): Observable<AccountSession> =>
    using(
      () => authentications.sessionOn(link).keep(),
      () =>
        reconnect(attempt(link), {
          pause,
          retries,
          stableAfter,
          untilLogin,
          isUp: ({ status }) => status === 'authenticated',
          isFatal: error => isFatal(error) || (isNotRouted(error) && !authentications.wasEver()),
        }),
    ).pipe(takeUntil(link.closed$))

  return session$.pipe(
    switchMap((session): Observable<AccountSession> => {
      switch (session.status) {
        case 'appAuthenticated':
          return onLink(session.link)
        case 'authenticatingApp':
          return of({ status: session.status })
        default:
          return of(session)
      }
    }),
    takeWhile(({ status }) => status !== 'failed', true),
  )
}
