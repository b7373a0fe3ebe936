import {
  NEVER,
  Observable,
  Subject,
  Subscription,
  catchError,
  concat,
  ignoreElements,
  merge,
  of,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError, hasReason, isRefused } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { accountMessages, sessionEnds } from '../state/accountMessages'
import { isAccountLost } from './auth'
import type { Authenticated } from './auth'
import { oncePer } from '../../util/oncePer'
import { initialSession, isInUse, nextSession } from './serverSessionState'
import type { SessionEffect, SessionInput } from './serverSessionState'

const {
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_TRADER_REQ,
} = PayloadType

const loggedOut = (): CTraderError =>
  new CTraderError({ reason: 'SessionEnded', payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES })

const unanswered = (): CTraderError =>
  new CTraderError({
    reason: 'Timeout',
    payloadType: PROTO_OA_ACCOUNT_LOGOUT_REQ,
    after: PATIENCE,
    sent: true,
  })

/** How long an authentication waits for the end of a logout, in ms. */
const PATIENCE = 5_000

/** The session of an account on one link, shared by all objects of that account. */
export interface ServerSession {
  /** Keeps the account authenticated. It is logged out after the last keeper has left. */
  readonly keep: () => Subscription
  /** The account is authenticated. */
  readonly began: (when: Authenticated) => void
  /**
   * Logs out now, unless another object keeps the account authenticated. Completes when the server has confirmed it, or the
   * line is lost. Errors with the refusal, or if there is no answer.
   */
  readonly logOut: Observable<never>
  /** Whether a logout is under way. */
  readonly isLeaving: () => boolean
  /** Completes when no logout is under way. Never emits. */
  readonly ready$: Observable<never>
  /** Emits when the server has ended the session. */
  readonly ended$: Observable<CTraderError>
  /** Emits when a logout gets no answer: the next authentication shows whether the session is still there. */
  readonly unsure$: Observable<unknown>
  /** Emits when the account is logged out: its subscriptions on the server are gone. */
  readonly loggedOut$: Observable<unknown>
}

const createSession = (link: Link, accountId: number, linger: number): ServerSession => {
  const request = { ctidTraderAccountId: accountId }
  const ended$ = new Subject<CTraderError>()
  const unsure$ = new Subject<void>()
  const loggedOut$ = new Subject<void>()
  let state = initialSession
  let keepers = 0
  let lingering = Subscription.EMPTY
  let logout = Subscription.EMPTY
  let refusal: unknown

  const end = (cause: CTraderError): void => {
    lingering.unsubscribe()
    ended$.next(cause)
  }

  const verify = (cause: CTraderError): void => {
    link
      .request(PROTO_OA_TRADER_REQ, request)
      .pipe(
        ignoreElements(),
        catchError(() => of(cause)),
        takeUntil(merge(link.closed$, ended$, loggedOut$)),
      )
      .subscribe(reason => {
        change('ended', reason)
      })
  }

  const effects: Readonly<Record<SessionEffect, (cause: CTraderError) => void>> = {
    confirmLogout: () => {
      loggedOut$.next()
    },
    reportDoubt: () => {
      unsure$.next()
    },
    end,
    verify,
  }

  /** An input without a cause of its own is about a logout. */
  const change = (input: SessionInput, cause = loggedOut()): void => {
    const { state: next, effect } = nextSession(state, input)
    state = next
    if (effect) effects[effect](cause)
  }

  const logOut = (): void => {
    change('logoutSent')
    refusal = undefined
    const refused$ = link.request(PROTO_OA_ACCOUNT_LOGOUT_REQ, request).pipe(
      ignoreElements(),
      catchError((error: unknown) => {
        refusal = error
        if (isRefused(error)) change(isAccountLost(error) ? 'accountUnknown' : 'logoutRefused')
        return of(undefined)
      }),
    )
    logout = concat(refused$, NEVER).pipe(take(1), takeUntil(loggedOut$)).subscribe()
    logout.add(() => {
      change('logoutUnanswered')
    })
  }

  const logOutIfUnused = (): void => {
    lingering.unsubscribe()
    if (keepers > 0 || !isInUse(state) || !logout.closed) return
    // If all consumers leave the line at once, the line closes now and needs no logout.
    const unused$ = timer(linger).pipe(switchMap(() => timer(0)))
    lingering = unused$.pipe(takeUntil(link.closed$)).subscribe(logOut)
  }

  const began = (when: Authenticated): void => {
    change(when === 'now' ? 'authenticatedNow' : 'authenticatedBefore')
    logOutIfUnused()
  }

  sessionEnds(link, accountId).subscribe(cause => {
    const isDisconnect = 'payloadType' in cause && cause.payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT
    change(isDisconnect ? 'disconnectEvent' : 'ended', cause)
  })
  accountMessages(link, accountId, PROTO_OA_ACCOUNT_LOGOUT_RES).subscribe(() => {
    change('logoutAnswer')
  })
  // Also an authentication whose sender has left. None is sent during a logout, so an answer then is older than it.
  accountMessages(link, accountId, PROTO_OA_ACCOUNT_AUTH_RES).subscribe(() => {
    if (state.status !== 'loggingOut') began('now')
  })

  return {
    keep: () => {
      keepers += 1
      lingering.unsubscribe()
      return new Subscription(() => {
        keepers -= 1
        logOutIfUnused()
      })
    },
    began,
    logOut: new Observable(subscriber => {
      if (keepers === 0 && isInUse(state) && logout.closed) {
        lingering.unsubscribe()
        logOut()
      }
      logout.add(() => {
        const isGone = !isInUse(state) && state.status !== 'inDoubt'
        if (keepers > 0 || isGone || hasReason(refusal, 'ConnectionLost')) subscriber.complete()
        else subscriber.error(refusal ?? unanswered())
      })
    }),
    isLeaving: () => !logout.closed,
    ready$: new Observable(subscriber => {
      const current = logout
      current.add(() => {
        subscriber.complete()
      })
      if (!subscriber.closed) subscriber.add(timer(PATIENCE).subscribe(() => current.unsubscribe()))
    }),
    ended$,
    unsure$,
    loggedOut$,
  }
}

const sessionsOn = oncePer<Link, Map<number, ServerSession>>(() => new Map())

/** The one session of an account on a link. `linger` says how many ms it stays without a keeper. */
export const serverSession = (link: Link, accountId: number, linger: number): ServerSession => {
  const ofLink = sessionsOn(link)
  const session = ofLink.get(accountId) ?? createSession(link, accountId, linger)
  ofLink.set(accountId, session)
  return session
}
