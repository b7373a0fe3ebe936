import { Subject, filter, map, take, tap } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import { sessionEnds } from './accountMessages'
import { endIfAppLost, isAccountLost } from './auth'

/** On which links an account is authenticated, as far as one hears. */
export interface Authentications {
  readonly add: (link: Link) => void
  readonly isOn: (link: Link) => boolean
  /** Whether there ever was one. */
  readonly wasEver: () => boolean
  /** Emits when the server turns out to have forgotten the account on a link. */
  readonly forgottenOn: (link: Link) => Observable<CTraderError>
  /** The link as the account's own: whatever is asked on it tells when the server has forgotten the account. */
  readonly ownLink: (link: Link) => Link
}

const forgotten = (): CTraderError =>
  new CTraderError({
    reason: 'SessionEnded',
    payloadType: PayloadType.PROTO_OA_ERROR_RES,
    detail: 'the account is no longer authenticated',
  })

/** The server keeps an account's authentication as long as the socket, whoever listens: so the link's remembered. */
export const createAuthentications = (accountId: number): Authentications => {
  let wasEver = false
  const authenticatedOn = new WeakSet<Link>()
  const forgottenOn$ = new Subject<Link>()

  const onRefused = (link: Link, cause: CTraderError): void => {
    endIfAppLost(link, cause)
    if (!isAccountLost(cause)) return
    authenticatedOn.delete(link)
    forgottenOn$.next(link)
  }
  const reporting = <T>(link: Link): MonoTypeOperatorFunction<T> =>
    tap({
      error: (error: unknown) => {
        if (error instanceof CTraderError) onRefused(link, error)
      },
    })

  const ownLinks = new WeakMap<Link, Link>()
  return {
    add: link => {
      wasEver = true
      authenticatedOn.add(link)
      sessionEnds(link, accountId)
        .pipe(take(1))
        .subscribe(() => authenticatedOn.delete(link))
    },
    isOn: link => authenticatedOn.has(link),
    wasEver: () => wasEver,
    forgottenOn: link =>
      forgottenOn$.pipe(
        filter(forgetful => forgetful === link),
        map(forgotten),
      ),
    ownLink: link => {
      const known = ownLinks.get(link)
      if (known) return known
      const own: Link = {
        ...link,
        request: (payloadType, payload) => link.request(payloadType, payload).pipe(reporting(link)),
        command: (...command) => link.command(...command).pipe(reporting(link)),
      }
      ownLinks.set(link, own)
      return own
    },
  }
}
