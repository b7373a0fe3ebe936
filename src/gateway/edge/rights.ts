import {
  Subscription,
  asyncScheduler,
  defer,
  from,
  map,
  switchMap,
  take,
  tap,
  throwIfEmpty,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { timeReached } from './wire/keepAlive'
import type { Authenticate, Entitle, Entitlement, Handshake, Session } from '../model/session'

/** A session that has been found, and what it may use from now on. */
export interface SessionRights {
  readonly session: Session
  readonly entitlements: readonly Entitlement[]
}

/** A little less than a line may take to authenticate, in ms. */
const PATIENCE = 8_000

/** The session of a peer. Errors if there is none, or if it takes too long. */
export const findSession = (authenticate: Authenticate, handshake: Handshake): Observable<Session> =>
  defer(() => from(authenticate(handshake))).pipe(take(1), throwIfEmpty(), timeout({ first: PATIENCE }))

/** The session of a peer with its rights, again at each change. Errors if there is none, or when it is over. */
export const sessionRights = (
  authenticate: Authenticate,
  entitle: Entitle,
  handshake: Handshake,
): Observable<SessionRights> =>
  findSession(authenticate, handshake).pipe(
    switchMap(session =>
      defer(() => entitle(session)).pipe(map(entitlements => ({ session, entitlements }))),
    ),
    timeout({ first: PATIENCE }),
  )

/** Calls `onOver` when a session expires. */
export const watchExpiry = ({ expiresAt }: Session, onOver: () => void): Subscription =>
  expiresAt === undefined
    ? Subscription.EMPTY
    : timeReached(expiresAt, () => asyncScheduler.now())
        .pipe(tap(onOver))
        .subscribe()

/** Whether an account may still be used as it was opened. */
export const findSame = (
  entitlements: readonly Entitlement[],
  { accountId, environment, grantId }: Entitlement,
): Entitlement | undefined =>
  entitlements.find(
    given => given.accountId === accountId && given.environment === environment && given.grantId === grantId,
  )
