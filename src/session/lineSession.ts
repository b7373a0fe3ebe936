import { BehaviorSubject, Subject, concat, finalize, map, of, queueScheduler, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OpenLink } from '../connection/link'
import { openLink } from '../connection/openLink'
import type { RejectedFrame } from '../connection/receiver'
import { createOversized } from '../connection/requests/oversized'
import type { Wire } from '../connection/wire'
import type { CTraderError } from '../errors'
import type { Drift } from '../transport/frame'
import { omitUndefined } from '../util/omitUndefined'
import { appAuth, isFatal } from './authentication/auth'
import type { AskCredential } from './authentication/credential'
import { logState } from './logging/log'
import type { Settings } from './options'
import { reconnect } from './reconnecting/reconnect'
import type { Persistence } from './reconnecting/reconnect'
import { observeHealth } from './state/health'
import type { Health } from './state/health'
import { keepFailure, shareState } from './state/shareState'
import type { ConnectionState, Session } from './state/state'

/** The session of a client on its line, one for all subscribers, and what can be watched without opening a line. */
export interface LineSession {
  readonly session$: Observable<Session>
  readonly connection$: Observable<ConnectionState>
  readonly health$: Observable<Health>
  readonly rejected$: Observable<RejectedFrame>
  readonly drift$: Observable<Drift>
  /** Why there is no line at the moment. */
  readonly trouble: () => string | undefined
  /** A failure is no longer final. */
  readonly forgive: () => void
}

/** How many are reported: a server may make up any number of names. */
const MOST_DRIFTS = 1_000

/** Calls it for what this release does not know, once for each field and kind. */
const eachOnce = (onDrift: (drift: Drift) => void): ((drift: Drift) => void) => {
  const seen = new Set<string>()
  return drift => {
    const key = `${drift.payloadType} ${drift.entity}.${drift.field} ${drift.kind}`
    if (seen.has(key) || seen.size >= MOST_DRIFTS) return
    seen.add(key)
    onDrift(drift)
  }
}

/** What a watcher of the line sees of the session; `undefined` where nothing changes for it. */
const connectionOf = (session: Session): ConnectionState | undefined => {
  if (!('link' in session)) return session
  return session.status === 'authenticatingApp' ? { status: 'connected' } : undefined
}

export const createLineSession = (
  settings: Settings,
  {
    ask,
    wire,
    ...persistence
  }: Pick<Persistence<Session>, 'pause' | 'retries' | 'stableAfter'> & {
    readonly ask: AskCredential
    readonly wire: Wire
  },
): LineSession => {
  const { connect, linger, log, platform } = settings
  const rejected$ = new Subject<RejectedFrame>()
  const drift$ = new Subject<Drift>()
  const linkOptions = {
    ...settings,
    ...platform,
    wire,
    oversized: createOversized(),
    onRejected: (frame: RejectedFrame): void => {
      log('warn', 'rejected', { ...frame })
      rejected$.next(frame)
    },
    onDrift: eachOnce(drift => {
      log('warn', 'drift', { ...drift })
      drift$.next(drift)
    }),
  }

  const connection$ = new BehaviorSubject<ConnectionState>({ status: 'idle' })
  // A watcher that subscribes or leaves in reaction to a state causes the next state, which must wait its turn.
  const show = (state: ConnectionState): void => {
    logState(log, 'connection', state)
    queueScheduler.schedule(() => {
      connection$.next(state)
    })
  }

  let link: OpenLink | undefined
  let losses = 0
  let lastLoss: CTraderError | undefined
  const note = (session: Session): void => {
    link = 'link' in session ? session.link : undefined
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
  const attempt$ = concat(
    of({ status: 'connecting' } as const),
    openLink(connect, linkOptions).pipe(switchMap(authenticate)),
  )

  return {
    session$: reconnect<Session>(attempt$, {
      ...persistence,
      isUp: ({ status }) => status === 'appAuthenticated',
      isFatal,
    }).pipe(
      tap(note),
      finalize(() => {
        link = undefined
        if (connection$.value.status !== 'failed') show({ status: 'idle' })
      }),
      // Also with 0: a subscriber that leaves when its order leaves must not close the line under the order.
      shareState(linger),
      keepFailure(persistence.retries),
    ),
    connection$: connection$.asObservable(),
    health$: observeHealth(connection$, () => ({
      status: connection$.value.status,
      ...link?.vitals(),
      losses,
      ...omitUndefined({ lastLoss }),
    })),
    rejected$: rejected$.asObservable(),
    drift$: drift$.asObservable(),
    trouble: () =>
      connection$.value.status === 'reconnecting' ? connection$.value.cause.message : undefined,
    forgive: () => {
      if (connection$.value.status === 'failed') show({ status: 'idle' })
    },
  }
}
