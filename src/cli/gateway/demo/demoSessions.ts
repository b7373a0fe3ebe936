import { randomBytes } from 'node:crypto'
import { NEVER, Observable, Subject, concat, merge, of, throwError } from 'rxjs'
import type { Authenticate, Entitle, Entitlement, Session } from '../../../gateway'
import { demoRights, demoUsers } from './demoTown'

/** The sessions of a demo. */
export interface DemoSessions {
  /** The id of a new session; `undefined` for a wrong password. */
  readonly begin: (userId: string, password: string) => string | undefined
  readonly find: (id: string | undefined) => Session | undefined
  /** How many are kept. Those that have expired are dropped when a new one begins. */
  readonly count: () => number
  /** Ends a session, and all its lines. */
  readonly end: (id: string | undefined) => void
  readonly authenticate: Authenticate
  readonly entitle: Entitle
}

/** How long a session lasts, in ms. */
const LIFETIME = 8 * 3_600_000

export const createDemoSessions = (): DemoSessions => {
  const sessions = new Map<string, Session>()
  const ended$ = new Subject<Session>()

  const find = (id = ''): Session | undefined => {
    const session = sessions.get(id)
    return session && (session.expiresAt ?? 0) > Date.now() ? session : undefined
  }
  const over = (session: Session): Observable<never> =>
    new Observable(subscriber =>
      ended$.subscribe(ended => {
        if (ended === session) subscriber.error(new Error('the session is over'))
      }),
    )
  const lasting = (session: Session): Observable<readonly Entitlement[]> =>
    merge(concat(of(demoRights(session.userId)), NEVER), over(session))
  return {
    begin: (userId, password) => {
      if (!demoUsers.some(user => user === userId) || password !== userId) return undefined
      for (const [known, { expiresAt = 0 }] of sessions) if (expiresAt <= Date.now()) sessions.delete(known)
      const id = randomBytes(32).toString('base64url')
      sessions.set(id, { userId, expiresAt: Date.now() + LIFETIME })
      return id
    },
    find,
    count: () => sessions.size,
    end: (id = '') => {
      const session = sessions.get(id)
      sessions.delete(id)
      if (session) ended$.next(session)
    },
    // A program has the id of its session as a token.
    authenticate: ({ cookie, token }) => {
      const session = find(cookie ?? token)
      return session ? of(session) : throwError(() => new Error('there is no session'))
    },
    entitle: lasting,
  }
}
