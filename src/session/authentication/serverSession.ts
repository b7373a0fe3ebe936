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
import { CTraderError, isRefused } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { messagesOf, sessionEnds } from '../state/accountMessages'
import { isAccountLost } from './auth'
import type { Authenticated } from './auth'
import { oncePer } from '../../util/oncePer'

const {
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_TRADER_REQ,
} = PayloadType

/** How long an authentication waits for the end of a logout, in ms. */
const PATIENCE = 5_000

/** The session of an account on one link, shared by all objects of that account. */
export interface ServerSession {
  /** Keeps the account authenticated. It is logged out after the last keeper has left. */
  readonly keep: () => Subscription
  /** The account is authenticated. */
  readonly began: (when: Authenticated) => void
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

const sessionOn = (link: Link, accountId: number, linger: number): ServerSession => {
  const request = { ctidTraderAccountId: accountId }
  const ended$ = new Subject<CTraderError>()
  const unsure$ = new Subject<void>()
  const loggedOut$ = new Subject<void>()
  let keepers = 0
  let isIn = false
  /** Whether the outcome of a logout is unknown. */
  let isUnsure = false
  /** Whether the answer and the event of a logout may still come. */
  let isAnswerDue = false
  let isEventDue = false
  let lingering = Subscription.EMPTY
  let logout = Subscription.EMPTY

  const confirm = (): void => {
    isIn = isUnsure = false
    loggedOut$.next()
  }

  const onRefused = (error: CTraderError): void => {
    isUnsure = isAnswerDue = isEventDue = false
    if (isAccountLost(error)) confirm()
  }

  const logOut = (): void => {
    isUnsure = isAnswerDue = isEventDue = true
    const refused$ = link.request(PROTO_OA_ACCOUNT_LOGOUT_REQ, request).pipe(
      ignoreElements(),
      catchError((error: unknown) => {
        if (isRefused(error)) onRefused(error)
        return of(undefined)
      }),
    )
    logout = concat(refused$, NEVER).pipe(take(1), takeUntil(loggedOut$)).subscribe()
    logout.add(() => {
      if (!isUnsure) return
      isIn = false
      unsure$.next()
    })
  }

  const logOutIfUnused = (): void => {
    lingering.unsubscribe()
    if (keepers > 0 || !isIn || !logout.closed) return
    // If all consumers leave the line at once, the line closes now and needs no logout.
    const unused$ = timer(linger).pipe(switchMap(() => timer(0)))
    lingering = unused$.pipe(takeUntil(link.closed$)).subscribe(logOut)
  }

  const began = (when: Authenticated): void => {
    if (isUnsure && when === 'now') confirm()
    isUnsure = false
    isIn = true
    logOutIfUnused()
  }

  const end = (cause: CTraderError): void => {
    isIn = false
    lingering.unsubscribe()
    ended$.next(cause)
  }

  /** A late message of a logout may be older than the authentication, or may end it: a request shows which. */
  const verify = (cause: CTraderError): void => {
    link
      .request(PROTO_OA_TRADER_REQ, request)
      .pipe(
        ignoreElements(),
        catchError(() => of(cause)),
        takeUntil(merge(link.closed$, ended$, loggedOut$)),
      )
      .subscribe(end)
  }

  /** A message of a logout has come. */
  const onLogout = (cause: CTraderError): void => {
    if (isUnsure) confirm()
    else if (isIn) verify(cause)
  }

  sessionEnds(link, accountId).subscribe(cause => {
    const isDisconnect = 'payloadType' in cause && cause.payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT
    const isOfLogout = isEventDue && isDisconnect
    if (isOfLogout) isEventDue = false
    if (isOfLogout) onLogout(cause)
    else end(cause)
  })
  messagesOf(link, accountId, PROTO_OA_ACCOUNT_LOGOUT_RES).subscribe(({ payloadType }) => {
    const cause = new CTraderError({ reason: 'SessionEnded', payloadType })
    const isOurs = isAnswerDue
    isAnswerDue = false
    if (isOurs) onLogout(cause)
    else if (isIn) {
      // The user has requested it.
      isEventDue = true
      end(cause)
    }
  })
  // Also an authentication whose sender has left.
  messagesOf(link, accountId, PROTO_OA_ACCOUNT_AUTH_RES).subscribe(() => {
    began('now')
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
  const session = ofLink.get(accountId) ?? sessionOn(link, accountId, linger)
  ofLink.set(accountId, session)
  return session
}
