import {
  BehaviorSubject,
  EMPTY,
  asapScheduler,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  merge,
  switchMap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { RejectedFrame } from '../connection/receiver'
import type { SendRequest } from '../connection/requests/request'
import { isRefused } from '../errors'
import type { Grant } from './authentication/grants/grant'
import type { LineSession, OnEveryLink } from './lineSession'
import type { Log } from './logging/log'
import { linesHealth, linesState } from './state/linesState'
import { observeHealth } from './state/health'
import type { Health } from './state/health'
import type { ConnectionState, LineState, Session } from './state/state'

/** Where the accounts of a grant are. */
export interface Route {
  readonly session$: Observable<Session>
  readonly request: SendRequest
  readonly trouble: () => string | undefined
  /** Counts another account. */
  readonly add: () => void
}

/** The lines of a client, at least one, and which grant is on which. */
export interface Lines {
  /** For what belongs to no account. */
  readonly first: Pick<Route, 'request' | 'session$'>
  /** On the first line, and on the others while their accounts keep them. */
  readonly onEveryLink: OnEveryLink
  readonly rejected$: Observable<RejectedFrame>
  readonly connection$: Observable<ConnectionState>
  readonly health$: Observable<Health>
  readonly routeOf: (grant: Grant) => Route
  /** Closes all lines, until a retry. */
  readonly logOut: () => void
  /** All lines may be used again, also those that the server has refused. */
  readonly forgive: () => void
}

/** Who is on a line. The grant itself is not kept. */
interface Placed {
  readonly grant: WeakRef<Grant>
  readonly line$: BehaviorSubject<LineSession>
  accounts: number
}

/** The session of the line that something is on now. One that is moved leaves the former line before it joins the next. */
const sessionOf = (line$: Observable<LineSession>): Observable<Session> =>
  line$.pipe(
    distinctUntilChanged(),
    switchMap(({ session$ }) => session$),
  )

/** One line: nothing is routed, and nothing is moved. */
const oneLine = (line: LineSession): Lines => {
  const { request, session$, trouble } = line
  return {
    ...line,
    first: { request, session$ },
    routeOf: () => ({ session$, request, trouble, add: () => undefined }),
  }
}

const isTooMany = (state: LineState): boolean =>
  state.status === 'reconnecting' && isRefused(state.cause, 'CONNECTIONS_LIMIT_EXCEEDED')

const manyLines = (all: readonly [LineSession, ...LineSession[]], log: Log): Lines => {
  const used$ = new BehaviorSubject<readonly LineSession[]>(all)
  const first$ = new BehaviorSubject<LineSession>(all[0])
  const routes = new WeakMap<Grant, Route>()
  let placed: Placed[] = []

  /** A grant whose accounts are all gone takes no place. */
  const forget = (): void => {
    placed = placed.filter(({ grant }) => grant.deref() !== undefined)
  }
  const loadOf = (line: LineSession): number =>
    placed.reduce((sum, { line$, accounts }) => sum + (line$.value === line ? accounts : 0), 0)
  const emptiest = (): LineSession =>
    used$.value.map(line => ({ line, load: loadOf(line) })).reduce((a, b) => (b.load < a.load ? b : a)).line

  /** The server lets the application have no more lines: those who are on this one go to the others. */
  const retire = (line: LineSession): void => {
    const rest = used$.value.filter(other => other !== line)
    if (!used$.value.includes(line) || !rest.some(other => other.isUp())) return
    used$.next(rest)
    log('warn', 'lines', { lines: rest.length, cause: 'CONNECTIONS_LIMIT_EXCEEDED' })
    if (first$.value === line) first$.next(rest[0] ?? line)
    forget()
    for (const { line$ } of placed) if (line$.value === line) line$.next(emptiest())
  }
  for (const line of all)
    line.connection$.pipe(filter(isTooMany)).subscribe(() => {
      // Not while its session says so.
      asapScheduler.schedule(() => {
        retire(line)
      })
    })

  const place = (grant: Grant): Route => {
    forget()
    const at: Placed = { grant: new WeakRef(grant), line$: new BehaviorSubject(emptiest()), accounts: 0 }
    placed.push(at)
    return {
      session$: sessionOf(at.line$),
      request: (payloadType, payload) => at.line$.value.request(payloadType, payload),
      trouble: () => at.line$.value.trouble(),
      add: () => {
        at.accounts += 1
      },
    }
  }

  const connection$ = used$.pipe(
    switchMap(lines => combineLatest(lines.map(line => line.connection$))),
    map(linesState),
  )
  return {
    first: {
      session$: sessionOf(first$),
      request: (payloadType, payload) => first$.value.request(payloadType, payload),
    },
    onEveryLink: project =>
      merge(
        first$.pipe(
          distinctUntilChanged(),
          switchMap(line => line.onEveryLink(project)),
        ),
        ...all.map(line =>
          combineLatest([line.link$, first$]).pipe(
            map(([link, first]) => (line === first ? undefined : link)),
            distinctUntilChanged(),
            switchMap(link => (link ? project(link) : EMPTY)),
          ),
        ),
      ),
    rejected$: merge(...all.map(line => line.rejected$)),
    connection$,
    health$: observeHealth(connection$, () => linesHealth(used$.value.map(line => line.health()))),
    routeOf: grant => {
      const known = routes.get(grant)
      if (known) return known
      const route = place(grant)
      routes.set(grant, route)
      return route
    },
    logOut: () => {
      for (const line of all) line.logOut()
    },
    forgive: () => {
      for (const line of all) line.forgive()
      used$.next(all)
    },
  }
}

/** Spreads the grants over lines: each goes to the line with the fewest accounts, and stays there. */
export const createLines = (count: number, createLine: (index: number) => LineSession, log: Log): Lines => {
  const first = createLine(0)
  if (count === 1) return oneLine(first)
  const others = Array.from({ length: count - 1 }, (_, index) => createLine(index + 1))
  return manyLines([first, ...others], log)
}
