import {
  EMPTY,
  Observable,
  Subject,
  combineLatest,
  concat,
  defer,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  startWith,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import { invalidOption } from '../errors'
import type { CTraderError } from '../errors'
import type { Peer, ServerConnection } from '../transport/peer'
import type { Connect } from '../transport/socket'
import { exposeGatewayActivity } from './activity'
import { shareListening } from './bus/sharedListening'
import { createEdgeAccount } from './edge/accounts/edgeAccount'
import type { EdgeAccount } from './edge/accounts/edgeAccount'
import { openLine } from './edge/line'
import type { EdgeContext, PeerLimits } from './edge/lineState'
import { createOwnerWatch } from './edge/ownerWatch'
import { findSession, logRefusal } from './edge/rights'
import { memoryLine } from './edge/wire/memoryLine'
import { readEdgeOptions } from './edgeOptions'
import type { EdgeOptions, EdgeSettings } from './edgeOptions'
import { failingJournals, lineHealth, noLines, watchedLines } from './health'
import type { GatewayHealth, WrittenFirst } from './health'
import { createFaultLog } from './model/faultLog'
import type { Handshake, Session } from './model/session'
import { checkSession } from './model/sessionChecks'
import { createCounters } from './model/stats'
import type { GatewayStats } from './model/stats'
import type { GrantedAccounts } from './owner/grants/grantedAccounts'
import type { RunningOwners } from './owner/owners'

/** Stands between browsers and cTrader. */
export interface Gateway {
  /** The origins of the pages that may connect. The transport checks them. */
  readonly origins: readonly string[]
  /** What each browser may do. The transport closes a line whose frame is longer than `frameSize`. */
  readonly limits: PeerLimits
  /** The session of a user on another way than a line, such as a page. Errors if there is none. */
  readonly authenticate: (handshake: Handshake) => Observable<Session>
  /** The accounts that a token opens, asked over a line of the gateway (2149 and 2151). Emits once. */
  readonly grantedAccounts: (accessToken: string) => Observable<GrantedAccounts>
  /**
   * Serves a client over any transport: `peer` is how the gateway reaches it, and what comes back is how it reaches the
   * gateway.
   *
   * ```ts
   * const connection = gateway.accept(peer, { origin: 'https://app.example.com' })
   * connection.receive('{"payloadType":51}')
   * ```
   */
  readonly accept: (peer: Peer, handshake: Handshake) => ServerConnection
  /**
   * A line in memory for a user who is known already, with the rights of that user. What the client has as secret and
   * token is not looked at.
   *
   * ```ts
   * const client = createClient({ connect: gateway.as({ userId: 'ann' }), clientId: 'reports', clientSecret: 'none' })
   * ```
   */
  readonly as: (session: Session) => Connect
  /** Its condition: at once, and about once a second. Watching it opens no line. Never errors or completes. */
  readonly health$: Observable<GatewayHealth>
  /** What it has done so far: at once, and once a second. Never errors or completes. */
  readonly stats$: Observable<GatewayStats>
  /**
   * Ends the gateway, when you subscribe. Each line of a client is closed with 1001 when its requests and orders have
   * their answers; new ones are refused. Completes when all is over, after 15 s at the latest. Unsubscribing closes at
   * once what is still open.
   */
  readonly close: () => Observable<never>
}

/** How often `stats$` emits, in ms. */
const STATS_PERIOD = 1_000

/** Longer than an order may be without an answer, in ms. */
const CLOSES_WITHIN = 15_000

const noLine = (): CTraderError =>
  invalidOption('accessToken', 'cannot be used at an edge, which has no line to cTrader')

/** An edge, with owners in the same process or without. */
export const openEdge = (
  {
    authenticate,
    audit,
    bus,
    entitle,
    environments,
    limits,
    isShared,
    linger,
    log,
    origins,
    random,
  }: EdgeSettings,
  owners?: RunningOwners,
): Gateway => {
  // Long enough that no two edges have the same, also over years of restarts: the journals keep the ids of all orders.
  const edge = random().toString(36).slice(2, 10)
  let count = 0
  const nextId = (): string => `${edge}-${(count += 1).toString(36)}`
  const accounts = new Map<string, EdgeAccount>()
  const counters = createCounters()
  const ownerWatch = createOwnerWatch(bus)
  const listen = shareListening(bus)
  const auditLog = createFaultLog(log, 'gateway.audit', () => {
    counters.failedAudits += 1
  })
  const failedWrites = (): readonly WrittenFirst[] => [
    ...(auditLog.isFailing() ? (['audit'] as const) : []),
    ...(owners ? failingJournals(owners) : []),
  ]
  let isClosed = false

  const context: EdgeContext = {
    authenticate,
    entitle,
    environments,
    limits,
    audit,
    auditLog,
    log,
    nextId,
    lines: new Set(),
    unreported: new Map(),
    counters,
    ended$: new Subject(),
    account: entitlement => {
      const { accountId, environment, grantId } = entitlement
      const key = `${environment} ${accountId} ${grantId}`
      const known = accounts.get(key)
      if (known) return known
      let unfollow = (): void => undefined
      const account = createEdgeAccount(entitlement, { bus, listen, edge, linger, isShared }, () => {
        accounts.delete(key)
        unfollow()
      })
      if (isShared) unfollow = ownerWatch.add(entitlement, account)
      accounts.set(key, account)
      return account
    },
  }

  const open = (given: EdgeContext, peer: Peer, handshake: Handshake): ServerConnection => {
    const connection = openLine(given, peer, handshake)
    if (isClosed) {
      connection.closed()
      peer.close(1001, 'Gateway is closing')
    }
    return connection
  }

  const gateway: Gateway = {
    origins,
    limits,
    authenticate: handshake =>
      findSession(authenticate, handshake).pipe(
        tap({
          error: (error: unknown) => {
            logRefusal(log, true, error)
          },
        }),
      ),
    grantedAccounts: owners?.grantedAccounts ?? (() => throwError(noLine)),
    accept: (peer, handshake) => open(context, peer, handshake),
    as: session => {
      checkSession(session, 'session.')
      const known: EdgeContext = { ...context, authenticate: () => of(session) }
      return memoryLine(peer => open(known, peer, {}))
    },
    health$: combineLatest([owners ? lineHealth(owners) : noLines(), bus.state$]).pipe(
      map(([lines, state]) => ({
        lines,
        peers: context.lines.size,
        bus: state,
        failedWrites: failedWrites(),
      })),
    ),
    stats$: interval(STATS_PERIOD).pipe(
      startWith(0),
      map(() => counters.read()),
    ),
    close: () =>
      defer(() => {
        isClosed = true
        for (const line of [...context.lines]) line.finish()
        const isOver = (): boolean => context.lines.size === 0 && counters.commands === 0
        const over$ = merge(of(undefined), context.ended$).pipe(
          filter(isOver),
          take(1),
          timeout({ first: CLOSES_WITHIN, with: () => EMPTY }),
          ignoreElements(),
        )
        const end = (): Observable<never> => {
          for (const { outbox } of [...context.lines]) outbox.hangUp(1001, 'Gateway is closing')
          return owners?.stop() ?? EMPTY
        }
        return new Observable<never>(subscriber => {
          subscriber.add(concat(over$, defer(end)).subscribe(subscriber))
          // Also if this is given up.
          subscriber.add(() => end().subscribe())
        })
      }),
  }
  exposeGatewayActivity(gateway, {
    counters,
    peers: () => context.lines.size,
    lines: owners ? watchedLines(owners) : [],
    bus$: bus.state$,
  })
  return gateway
}

/**
 * The part of a gateway that has the browsers, for a process without lines to cTrader. There may be any number of them,
 * and of processes with {@link createOwners}. It is used as a gateway. Throws `InvalidOption` for invalid options.
 *
 * ```ts
 * const bus = natsBus(nc)
 * const edge = createEdge({ bus, origins: ['https://app.example.com'], authenticate, entitle })
 * serveGateway(edge, { port: 8443 }).subscribe(({ url }) => console.log(url))
 * ```
 */
export const createEdge = (options: EdgeOptions): Gateway => openEdge(readEdgeOptions(options))
