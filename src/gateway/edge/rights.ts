import {
  Subscription,
  asyncScheduler,
  defer,
  from,
  map,
  switchMap,
  take,
  tap,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs'
import type { MonoTypeOperatorFunction, Observable, ObservableInput } from 'rxjs'
import type { Environment } from '../../errorFields'
import { hasReason } from '../../errors'
import type { Log } from '../../session/logging/log'
import { checkEntitlements, checkSession } from '../model/sessionChecks'
import { timeReached } from './wire/keepAlive'
import type { Authenticate, Entitle, Entitlement, Handshake, Session } from '../model/session'

/** A session that has been found, and what it may use from now on. */
export interface SessionRights {
  readonly session: Session
  readonly entitlements: readonly Entitlement[]
}

/** How sessions and their rights are found. */
export interface RightsContext {
  readonly authenticate: Authenticate
  readonly entitle: Entitle
  /** The environments for which there are lines. */
  readonly environments: ReadonlySet<Environment>
  readonly log: Log
}

/** A function of the application has given what cannot be used. Its message names the field, and has no value. */
class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

/** A little less than a line may take to authenticate, in ms. */
const PATIENCE = 8_000

type Source = 'authenticate' | 'entitle'

const inTime = <T>(source: Source): MonoTypeOperatorFunction<T> =>
  timeout({
    first: PATIENCE,
    with: () => throwError(() => new WrongAnswer(`${source}: no answer within ${PATIENCE} ms`)),
  })

const observe = <T>(source: Source, answer: ObservableInput<T>): Observable<T> => {
  try {
    return from(answer)
  } catch {
    throw new WrongAnswer(`${source}: must return an Observable`)
  }
}

/**
 * What a function of the application gives, checked where it enters: behind this, a missing field would be an exception
 * at any place that uses it. One operator for all, because it lives as long as a session.
 */
const checkedAnswers = <T, R>(
  source: Source,
  ask: () => ObservableInput<T>,
  check: (value: unknown) => void,
  use: (value: T) => R,
): Observable<R> =>
  defer(() => observe(source, ask())).pipe(
    map(value => {
      try {
        check(value)
      } catch (error) {
        throw hasReason(error, 'InvalidOption')
          ? new WrongAnswer(`${source}: ${error.option} ${error.detail}`)
          : error
      }
      return use(value)
    }),
  )

const isEmpty = (source: Source): Error => new WrongAnswer(`${source}: has completed without a value`)

/** Why there is no session, if `entitle` has completed without a value. */
export const noEntitlements = (): Error => isEmpty('entitle')

/** Logs why there is no session. Of most errors only that it has failed: they may have the token. */
export const logRefusal = (log: Log, isRefused: boolean, error: unknown): void => {
  if (error instanceof WrongAnswer)
    log('error', 'gateway.session', { refused: isRefused, fault: error.message })
  else log('info', 'gateway.session', { refused: isRefused })
}

/** The session of a peer. Errors if there is none, or if it takes too long. */
export const findSession = (authenticate: Authenticate, handshake: Handshake): Observable<Session> =>
  checkedAnswers(
    'authenticate',
    () => authenticate(handshake),
    value => {
      checkSession(value)
    },
    session => session,
  ).pipe(
    take(1),
    throwIfEmpty(() => isEmpty('authenticate')),
    inTime('authenticate'),
  )

/** An account without a line must not cost the user all others. */
const withLine = (
  { environments, log }: RightsContext,
  entitlements: readonly Entitlement[],
): readonly Entitlement[] => {
  const index = entitlements.findIndex(({ environment }) => !environments.has(environment))
  if (index === -1) return entitlements
  const fault = `entitle: ${index}.environment has no line, so that the account cannot be used`
  log('error', 'gateway.session', { refused: false, fault })
  return entitlements.filter(({ environment }) => environments.has(environment))
}

/**
 * The session of a peer with its rights, again at each change. Errors if there is none, or when it is over. Completes
 * without a value if `entitle` does.
 */
export const sessionRights = (context: RightsContext, handshake: Handshake): Observable<SessionRights> =>
  findSession(context.authenticate, handshake).pipe(
    switchMap(session =>
      checkedAnswers(
        'entitle',
        () => context.entitle(session),
        checkEntitlements,
        entitlements => ({ session, entitlements: withLine(context, entitlements) }),
      ),
    ),
    inTime('entitle'),
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
