import {
  BehaviorSubject,
  EMPTY,
  Subject,
  concat,
  defer,
  distinctUntilChanged,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  queueScheduler,
  switchMap,
  takeUntil,
  tap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link, OpenLink } from '../connection/link'
import type { MessageTap } from '../connection/messageTap'
import { openLink } from '../connection/openLink'
import type { RejectedFrame } from '../connection/receiver'
import { createOversized } from '../connection/requests/oversized'
import type { SendRequest } from '../connection/requests/request'
import type { RequestStep } from '../connection/requests/requestSteps'
import type { Wire } from '../connection/wire'
import type { CTraderError } from '../errors'
import type { Drift } from '../transport/frame'
import { omitUndefined } from '../util/omitUndefined'
import { appAuth, endIfAppLost, isFatal } from './authentication/auth'
import type { AskCredential } from './authentication/grants/credential'
import { usableLinks, requestSender } from './links'
import { logState } from './logging/log'
import type { Settings } from './options'
import { loggedOut } from './reconnecting/login'
import { reconnect } from './reconnecting/reconnect'
import type { Persistence } from './reconnecting/reconnect'
import { observeHealth } from './state/health'
import type { SessionHealth } from './state/health'
import { keepFailure, shareState } from './state/shareState'
import { isWithoutLine } from './state/state'
import type { LineState, Session } from './state/state'

/** What `project` gives for each link. */
export type OnEveryLink = <A>(project: (link: Link) => Observable<A>) => Observable<A>

/** The session of a client on its line, one for all subscribers, and what can be watched without opening a line. */
export interface LineSession {
  readonly session$: Observable<Session>
  readonly connection$: Observable<LineState>
  /** The link while there is one. Does not open the line. */
  readonly link$: Observable<OpenLink | undefined>
  /** Whether the application is authenticated now. */
  readonly isUp: () => boolean
  readonly health: () => SessionHealth
  readonly health$: Observable<SessionHealth>
  readonly rejected$: Observable<RejectedFrame>
  /** Requests of the application. */
  readonly request: SendRequest
  /** What `project` gives for each link, over all of them. Opens the line. Errors when the session has failed. */
  readonly onEveryLink: OnEveryLink
  /** Why there is no line at the moment. */
  readonly trouble: () => string | undefined
  /** Closes the line, until the number of retries has changed. */
  readonly logOut: () => void
  /** A failure is no longer final. */
  readonly forgive: () => void
}

/** What a watcher of the line sees of the session; `undefined` where nothing changes for it. */
const connectionOf = (session: Session): LineState | undefined => {
  if (!('link' in session)) return session
  return session.status === 'authenticatingApp' ? { status: 'connected' } : undefined
}

export const createLineSession = (
  settings: Settings,
  {
    ask,
    onDrift,
    messageTap,
    requestStep$,
    wire,
    fields = {},
    ...persistence
  }: Pick<Persistence<Session>, 'pause' | 'retries' | 'stableAfter' | 'untilLogin'> & {
    readonly ask: AskCredential
    readonly onDrift: (drift: Drift) => void
    readonly messageTap: MessageTap
    readonly requestStep$: Subject<RequestStep>
    readonly wire: Wire
    /** What the log says with each state. */
    readonly fields?: Readonly<Record<string, unknown>>
  },
): LineSession => {
  const { connect, linger, log, platform } = settings
  const rejected$ = new Subject<RejectedFrame>()
  const linkOptions = {
    ...settings,
    ...platform,
    wire,
    oversized: createOversized(),
    onRejected: (frame: RejectedFrame): void => {
      log('warn', 'rejected', { ...frame })
      rejected$.next(frame)
    },
    onDrift,
    messageTap,
    requestStep$,
  }

  const connection$ = new BehaviorSubject<LineState>({ status: 'idle' })
  // A watcher that subscribes or leaves in reaction to a state causes the next state, which must wait its turn.
  const show = (state: LineState): void => {
    logState(log, 'connection', state, fields)
    queueScheduler.schedule(() => {
      connection$.next(state)
    })
  }

  const link$ = new BehaviorSubject<OpenLink | undefined>(undefined)
  let isUp = false
  let losses = 0
  let lastLoss: CTraderError | undefined
  const note = (session: Session): void => {
    const link = 'link' in session ? session.link : undefined
    isUp = session.status === 'appAuthenticated'
    if (link !== link$.value) link$.next(link)
    if (session.status === 'reconnecting') {
      losses += 1
      lastLoss = session.cause
    }
    const state = connectionOf(session)
    if (state) show(state)
  }

  const authenticateApp = appAuth(settings, ask)
  const authenticate = (opened: OpenLink): Observable<Session> =>
    concat(
      of({ status: 'authenticatingApp', link: opened } as const),
      authenticateApp(opened).pipe(map(() => ({ status: 'appAuthenticated', link: opened }) as const)),
    )
  const logOut$ = new Subject<void>()
  let loggedOutBefore: number | undefined
  const isLoggedOut = (): boolean => loggedOutBefore === persistence.retries()
  const attempt$ = defer(() =>
    isLoggedOut()
      ? throwError(loggedOut)
      : concat(
          of({ status: 'connecting' } as const),
          openLink(connect, linkOptions).pipe(switchMap(authenticate)),
        ),
  ).pipe(
    takeUntil(
      logOut$.pipe(
        map(() => {
          throw loggedOut()
        }),
      ),
    ),
  )
  const pause: Persistence<Session>['pause'] = (cause, failures) => {
    const { delay, over$ } = persistence.pause(cause, failures)
    return { delay, over$: merge(over$, logOut$) }
  }

  const health = (): SessionHealth => ({
    status: connection$.value.status,
    ...link$.value?.vitals(),
    losses,
    ...omitUndefined({ lastLoss }),
  })

  const session$ = reconnect<Session>(attempt$, {
    ...persistence,
    pause,
    isUp: ({ status }) => status === 'appAuthenticated',
    isFatal: error => isFatal(error) || isLoggedOut(),
  }).pipe(
    tap(note),
    finalize(() => {
      isUp = false
      link$.next(undefined)
      if (connection$.value.status !== 'failed') show({ status: 'idle' })
    }),
    // Also with 0: a subscriber that leaves when its order leaves must not close the line under the order.
    shareState(linger),
    keepFailure(persistence.retries),
  )
  const trouble = (): string | undefined =>
    isWithoutLine(connection$.value) ? connection$.value.cause.message : undefined

  return {
    session$,
    request: requestSender(usableLinks(session$, 'appAuthenticated'), {
      requestTimeout: settings.requestTimeout,
      trouble,
      onRefused: endIfAppLost,
    }),
    onEveryLink: project =>
      session$.pipe(
        mergeMap(session => (session.status === 'failed' ? throwError(() => session.cause) : of(session))),
        map(session => ('link' in session ? session.link : undefined)),
        distinctUntilChanged(),
        switchMap(link => (link ? project(link) : EMPTY)),
      ),
    connection$: connection$.asObservable(),
    link$: link$.asObservable(),
    isUp: () => isUp,
    health,
    health$: observeHealth(connection$, health),
    rejected$: rejected$.asObservable(),
    trouble,
    logOut: () => {
      loggedOutBefore = persistence.retries()
      logOut$.next()
    },
    forgive: () => {
      if (connection$.value.status === 'failed') show({ status: 'idle' })
    },
  }
}
