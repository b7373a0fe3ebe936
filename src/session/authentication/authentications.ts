import { EMPTY, ReplaySubject, Subject, defer, filter, map, merge, take, tap } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { OpenLink } from '../../connection/link'
import { connectionLost } from '../../connection/lost'
import { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { endIfAppLost, isAccountLost } from './auth'
import type { Authenticated } from './auth'
import { serverSession } from './serverSession'
import type { ServerSession } from './serverSession'

/** The links on which an account is known to be authenticated. */
export interface Authentications {
  readonly sessionOn: (link: OpenLink) => ServerSession
  readonly add: (link: OpenLink, when: Authenticated) => void
  readonly isOn: (link: OpenLink) => boolean
  /** Ends the session on the latest of them, if there is one. */
  readonly logOut: Observable<never>
  /** Whether there ever was one. */
  readonly wasEver: () => boolean
  /** Emits when the server has forgotten the account on a link. */
  readonly forgottenOn: (link: OpenLink) => Observable<CTraderError>
  /** The link for this account's requests: they detect that the server has forgotten the account. */
  readonly ownLink: (link: OpenLink) => OpenLink
}

const forgotten = (): CTraderError =>
  new CTraderError({
    reason: 'SessionEnded',
    payloadType: PayloadType.PROTO_OA_ERROR_RES,
    detail: 'the account is no longer authenticated',
  })

/** The server keeps an account authenticated for the socket's life, so remember it per link. */
export const createAuthentications = (accountId: number, linger: number): Authentications => {
  const sessionOn = (link: OpenLink): ServerSession => serverSession(link, accountId, linger)
  let latest: OpenLink | undefined
  let wasEver = false
  const authenticatedOn = new WeakSet<OpenLink>()
  const forgottenOn$ = new Subject<OpenLink>()

  const onRefused = (link: OpenLink, cause: unknown): void => {
    endIfAppLost(link, cause)
    if (!isAccountLost(cause)) return
    authenticatedOn.delete(link)
    forgottenOn$.next(link)
  }
  const reporting = <T>(link: OpenLink): MonoTypeOperatorFunction<T> =>
    tap({
      error: (error: unknown) => {
        onRefused(link, error)
      },
    })

  const reportingSender = (
    link: OpenLink,
    { request, command }: Pick<OpenLink, 'request' | 'command'>,
  ): Pick<OpenLink, 'request' | 'command'> => ({
    request: (payloadType, payload) => request(payloadType, payload).pipe(reporting(link)),
    command: (...args) => command(...args).pipe(reporting(link)),
  })

  /** Ends with the line, or when the account is logged out: caches of the link are then dropped. */
  const closedOf = (link: OpenLink): Observable<CTraderError> => {
    const closed$ = new ReplaySubject<CTraderError>(1)
    const loggedOut$ = sessionOn(link).loggedOut$.pipe(
      map(() => connectionLost('the account was logged out')),
    )
    merge(link.closed$, loggedOut$).pipe(take(1)).subscribe(closed$)
    return closed$.asObservable()
  }

  const ownLinks = new WeakMap<OpenLink, OpenLink>()
  return {
    sessionOn,
    add: (link, when) => {
      wasEver = true
      latest = link
      const { began, ended$, loggedOut$, unsure$ } = sessionOn(link)
      began(when)
      authenticatedOn.add(link)
      merge(ended$, loggedOut$, unsure$)
        .pipe(take(1))
        .subscribe(() => authenticatedOn.delete(link))
      loggedOut$.pipe(take(1)).subscribe(() => ownLinks.delete(link))
    },
    isOn: link => authenticatedOn.has(link) && !sessionOn(link).isLeaving(),
    logOut: defer(() => (latest ? sessionOn(latest).logOut : EMPTY)),
    wasEver: () => wasEver,
    forgottenOn: link =>
      forgottenOn$.pipe(
        filter(forgetful => forgetful === link),
        map(forgotten),
      ),
    ownLink: link => {
      const known = ownLinks.get(link)
      if (known) return known
      const own: OpenLink = {
        ...link,
        ...reportingSender(link, link),
        inFlow: flow => reportingSender(link, link.inFlow(flow)),
        closed$: closedOf(link),
      }
      ownLinks.set(link, own)
      return own
    },
  }
}
