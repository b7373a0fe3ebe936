import {
  Subject,
  asyncScheduler,
  concatMap,
  defer,
  finalize,
  interval,
  map,
  of,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { BehaviorSubject, Observable } from 'rxjs'
import { PayloadType, ProtoOAClientPermissionScope, createClient } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { createEdge, createOwners } from 'rx-ctrader/gateway'
import type { Entitlement, Gateway, Grants, Lease, Owners, StoredGrant } from 'rx-ctrader/gateway'
import type { ProtoOAExecutionEvent } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault } from 'rx-ctrader/simulator'
import { lineFrom, lineTo, processBus } from './processBus'
import type { ProcessBus } from './processBus'
import { rawClient } from './rawClient'
import type { RawClient, RawFrame } from './rawClient'
import { renewalRecords } from './renewalRecords'
import { busMedium } from './remoteBus'
import type { BusMedium } from './remoteBus'
import type { Fate } from './remoteProcess'
import type { VirtualTime } from './virtualTime'
import { wholeProcess } from './wholeProcess'
import type { WholeProcess } from './wholeProcess'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
} = PayloadType

export const APPLICATION = { clientId: 'app', clientSecret: 'app-secret-5137' }
/** Of clients directly at the server. Nothing that goes wrong on the gateway's lines goes wrong on theirs. */
export const DIRECT = { clientId: 'direct', clientSecret: 'direct' }
const DIRECT_TOKEN = 'direct-token'
/** An account whose token never expires. Prices are the same for all. */
const PRICES = { accountId: 15, accessToken: 'prices-token' }
export const LATENCY = 20

/** The accounts of each grant. The grants are not all on one line. */
export const GRANTS: Readonly<Record<string, readonly number[]>> = { ann: [11, 12], bob: [13], dora: [14] }
export const ACCOUNTS = Object.values(GRANTS).flat()
export const grantIdOf = (accountId: number): string =>
  Object.keys(GRANTS).find(id => GRANTS[id]?.includes(accountId) === true) ?? ''

export type Scope = 'none' | 'view' | 'trade'

/** A number that says what came before what, also within a ms. */
export interface Moment {
  readonly at: number
  readonly n: number
}

/** A line of a peer, from its opening to its end. */
export interface PeerLine {
  readonly client: RawClient
  /** What the edge knew of the rights, and from when on. */
  readonly rights: (Moment & { readonly scopes: ReadonlyMap<number, Scope> })[]
}

export interface ChainEntry extends Moment {
  readonly log: string
  readonly state: string
  readonly by: string
  readonly id?: string
  readonly outcome?: string
}

/** What the processes have done, as it is seen from outside of them. */
export interface Records {
  readonly chain: ChainEntry[]
  /** The orders that have left for the server. */
  readonly sent: (Moment & { readonly id: string; readonly accountId: number })[]
  /** The refresh tokens that have left for the server. */
  readonly refreshed: string[]
  /** Those that have left again, though the answer was not lost. */
  readonly sentTwice: readonly string[]
  /** The access tokens that were used before they were safe. */
  readonly unsafe: string[]
  /** All tokens that there ever were. */
  readonly tokens: string[]
  /** The refusals for too many requests, on lines of clocks that are not too fast. */
  readonly blocked: string[]
  readonly executions: (Moment & { readonly accountId: number; readonly id: string; readonly key: string })[]
  /** The most lines of a name that were open at a time. */
  readonly mostLines: number
  readonly won: { readonly key: string; readonly epoch: number }[]
  /** When more than one was sure of a lease. */
  readonly doublySure: string[]
}

/** An execution event without what differs from client to client. */
export const keyOf = ({
  executionType,
  order,
}: Pick<ProtoOAExecutionEvent, 'executionType' | 'order'>): string =>
  `${executionType} of ${order?.orderId ?? 0}`

/** Numbers that look random, the same in each run. */
const createRandom = (seed: number): (() => number) => {
  let state = Math.imul(seed, 2_654_435_761)
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export interface FloorOptions {
  readonly lines: number
  /** The rates of the clocks: two of owners, then two of edges. */
  readonly rates: readonly number[]
  readonly nextFate: () => Fate
  /** Whether processes see the tokens that others have renewed. */
  readonly isWatched: boolean
  /** How much longer than the other an owner waits at most for a line that is free, in ms. */
  readonly eager: number
  /** How long access tokens live, in seconds. Default 30 days, and for ever those that were there at the beginning. */
  readonly tokenLifetime?: number
  /** Called when a process has got the right to renew a grant, and when a refresh token leaves. */
  readonly onRenewal?: (step: 'won' | 'sent', process: WholeProcess) => void
}

interface RunningOwner {
  readonly process: WholeProcess
  readonly bus: ProcessBus
  readonly owners: Owners
}
interface RunningEdge {
  readonly process: WholeProcess
  readonly bus: ProcessBus
  readonly edge: Gateway
}

/** Two processes with lines to a simulator and two with edges, on one bus. */
export const gatewayFloor = (
  { at }: VirtualTime,
  { lines, rates, nextFate, isWatched, eager, tokenLifetime, onRenewal = () => undefined }: FloorOptions,
) => {
  let moments = 0
  const now = (): Moment => ({ at: asyncScheduler.now(), n: (moments += 1) })
  let mostLines = 0
  const chain: ChainEntry[] = []
  const sent: Records['sent'] = []
  const refreshed: string[] = []
  const renewals = renewalRecords(token =>
    [...stored.values()].some(({ tokens: pair }) => pair.refreshToken === token),
  )
  const unsafe: string[] = []
  const blocked: string[] = []
  const executions: Records['executions'] = []
  const won: Records['won'] = []
  const doublySure: string[] = []
  const stop$ = new Subject<void>()

  const broker = createSimulator({
    latency: LATENCY,
    ...(tokenLifetime !== undefined && { tokenLifetime }),
    applications: [APPLICATION, DIRECT],
    accounts: [...ACCOUNTS, PRICES.accountId].map(accountId => ({
      accountId,
      isLive: false,
      traderLogin: accountId,
      brokerTitleShort: 'Simulator',
    })),
    grants: [
      ...Object.entries(GRANTS).map(([id, accountIds]) => ({
        accessToken: `access-of-${id}`,
        refreshToken: `refresh-of-${id}`,
        accountIds,
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      })),
      {
        accessToken: PRICES.accessToken,
        refreshToken: 'never-used',
        accountIds: [PRICES.accountId],
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      },
      {
        accessToken: DIRECT_TOKEN,
        refreshToken: 'unused',
        accountIds: ACCOUNTS,
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      },
    ],
  })
  const disturb = (fault: Fault, accountId?: number): void => {
    broker.fault(
      fault,
      ({ clientId, accountIds }) =>
        clientId !== DIRECT.clientId && (accountId === undefined || accountIds.includes(accountId)),
    )
  }
  const direct = createClient({ connect: broker.connect, ...DIRECT })
  for (const accountId of ACCOUNTS)
    direct
      .account({ accountId, accessToken: DIRECT_TOKEN })
      .on(PROTO_OA_EXECUTION_EVENT)
      .pipe(takeUntil(stop$))
      .subscribe(({ payload, clientMsgId = '' }) =>
        executions.push({ ...now(), accountId, id: clientMsgId, key: keyOf(payload) }),
      )

  // The store of the tokens.
  const tokens = Object.keys(GRANTS).flatMap(id => [`access-of-${id}`, `refresh-of-${id}`])
  const changed$ = new Subject<string>()
  const stored = new Map<string, StoredGrant>(
    Object.keys(GRANTS).map(id => [
      id,
      {
        tokens: {
          accessToken: `access-of-${id}`,
          refreshToken: `refresh-of-${id}`,
          ...(tokenLifetime !== undefined && { expiresAt: tokenLifetime * 1_000 }),
        },
        version: '1',
      },
    ]),
  )
  const keep = (grantId: string, pair: StoredGrant['tokens'], after: string): string => {
    tokens.push(pair.accessToken, pair.refreshToken ?? '')
    const version = `${after}1`
    stored.set(grantId, { tokens: pair, version })
    changed$.next(grantId)
    return version
  }
  const current = (grantId: string): Observable<StoredGrant> =>
    defer(() => {
      const found = stored.get(grantId)
      return found ? of(found) : throwError(() => new Error('there is no such grant'))
    })
  const grantsFor = ({ into }: WholeProcess): Grants => {
    const far = <T>(source$: Observable<T>): Observable<T> =>
      into(
        timer(2).pipe(
          concatMap(() => source$),
          concatMap(value => timer(2).pipe(concatMap(() => of(value)))),
        ),
      )
    return {
      load: grantId => far(current(grantId)),
      save: (grantId, pair, after) =>
        far(
          defer(() => {
            if (stored.get(grantId)?.version !== after) return throwError(() => new Error('it has changed'))
            return of(keep(grantId, pair, after))
          }),
        ),
      ...(isWatched && {
        watch: grantId => into(changed$.pipe(concatMap(id => (id === grantId ? current(grantId) : [])))),
      }),
    }
  }

  // The bus, and what is written on it.
  const shared = busMedium()
  const medium: BusMedium = {
    ...shared,
    logs: name => {
      const log = shared.logs(name)
      return {
        ...log,
        append: (text, after) =>
          log.append(text, after).pipe(
            tap(() => {
              chain.push({ ...(JSON.parse(text) as Omit<ChainEntry, 'log'>), log: name, ...now() })
            }),
          ),
      }
    },
  }
  const leases: { readonly key: string; readonly process: WholeProcess; readonly lease: Lease }[] = []
  const notedBus = (process: WholeProcess): ProcessBus => {
    const bus = processBus(medium, process, nextFate)
    return {
      ...bus,
      lease: (key, options) =>
        bus.lease(key, options).pipe(
          tap(lease => {
            leases.push({ key, process, lease })
            won.push({ key, epoch: lease.epoch })
            if (key.startsWith('grant.')) onRenewal('won', process)
          }),
        ),
    }
  }
  const holdersOf = (key: string): readonly WholeProcess[] =>
    leases
      .filter(one => one.key === key && !one.process.isDead() && one.process.look(() => one.lease.isSure()))
      .map(({ process }) => process)
  const lookAtLeases = (): void => {
    for (const key of new Set(leases.map(one => one.key)))
      if (holdersOf(key).length > 1) doublySure.push(`${key} at ${asyncScheduler.now()}`)
  }

  // The processes with the lines.
  const open = new Map<string, number>()
  const lineOf = (process: WholeProcess, rate: number, name: string): Connect => {
    const count = (by: number): void => {
      const next = (open.get(name) ?? 0) + by
      open.set(name, next)
      mostLines = Math.max(mostLines, next)
    }
    const connect: Connect = () =>
      defer(() => {
        let isOpen = false
        return broker.connect().pipe(
          tap(() => {
            isOpen = true
            count(1)
          }),
          finalize(() => {
            if (isOpen) count(-1)
          }),
          map(socket => ({
            ...socket,
            frame$: socket.frame$.pipe(
              tap(text => {
                if (rate <= 1 && /FREQUENCY_EXCEEDED|BLOCKED_PAYLOAD/.test(text)) blocked.push(text)
              }),
            ),
          })),
        )
      })
    const watched = renewals.watchLine(process, connect, () => {
      onRenewal('sent', process)
    })
    return lineFrom(process, watched, text => {
      const { payloadType, clientMsgId = '', payload = {} } = JSON.parse(text) as RawFrame
      const accountId = payload['ctidTraderAccountId'] as number
      if (payloadType === PROTO_OA_NEW_ORDER_REQ) {
        sent.push({ ...now(), id: clientMsgId, accountId })
        lookAtLeases()
      }
      if (payloadType === PROTO_OA_REFRESH_TOKEN_REQ) refreshed.push(payload['refreshToken'] as string)
      if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ) {
        const token = payload['accessToken'] as string
        if (!tokens.includes(token)) unsafe.push(token)
      }
    })
  }
  let begun = 0
  const beginOwner = (index: number): RunningOwner => {
    const rate = rates[index] ?? 1
    const process = wholeProcess(rate)
    const bus = notedBus(process)
    const number = (begun += 1)
    return {
      process,
      bus,
      owners: process.look(() =>
        createOwners({
          bus,
          application: APPLICATION,
          grants: grantsFor(process),
          name: `owners-${number}`,
          eager,
          random: createRandom(number),
          lines: Array.from({ length: lines }, (_, line) => {
            const name = `demo-${line + 1}`
            return { name, environment: 'demo' as const, connect: lineOf(process, rate, name) }
          }),
        }),
      ),
    }
  }

  // The rights, and the edges.
  const rights = new Map<string, BehaviorSubject<ReadonlyMap<number, Scope>>>()
  const peerLines = new Map<string, PeerLine>()
  const toEntitlements = (scopes: ReadonlyMap<number, Scope>): readonly Entitlement[] =>
    [...scopes].flatMap(([accountId, scope]) =>
      scope === 'none'
        ? []
        : [{ accountId, environment: 'demo' as const, grantId: grantIdOf(accountId), scope }],
    )
  const beginEdge = (index: number): RunningEdge => {
    const process = wholeProcess(rates[index + 2] ?? 1)
    const bus = notedBus(process)
    const number = (begun += 1)
    return {
      process,
      bus,
      edge: process.look(() =>
        createEdge({
          bus,
          origins: [],
          authenticate: ({ token = '' }) => of({ userId: token }),
          entitle: ({ userId }) =>
            process.into(rights.get(userId.split('.')[0] ?? '') ?? of(new Map<number, Scope>())).pipe(
              tap(scopes => peerLines.get(userId)?.rights.push({ ...now(), scopes })),
              concatMap(scopes => of(toEntitlements(scopes))),
            ),
          random: createRandom(100 + number),
        }),
      ),
    }
  }
  const owners = [0, 1].map(beginOwner)
  const edges = [0, 1].map(beginEdge)

  interval(50).pipe(takeUntil(stop$)).subscribe(lookAtLeases)

  return {
    broker,
    disturb,
    now,
    owners,
    edges,
    restart: (kind: 'owner' | 'edge', index: number): void => {
      if (kind === 'owner') owners[index] = beginOwner(index)
      else edges[index] = beginEdge(index)
    },
    /** The process that holds the line of an account, if one does. */
    holderOf: (line: string): RunningOwner | undefined => {
      const [holder] = holdersOf(`demo.${line}`)
      return owners.find(({ process }) => process === holder)
    },
    rights,
    /** Opens a line of a user at an edge. */
    join: (user: string, index: number): PeerLine => {
      const one = edges[index]
      if (!one) throw new Error('there is no such edge')
      const count = [...peerLines.keys()].filter(key => key.startsWith(`${user}.`)).length
      const userId = `${user}.${count}`
      const noted: PeerLine['rights'] = []
      const line: { client?: RawClient; readonly rights: PeerLine['rights'] } = { rights: noted }
      peerLines.set(userId, line as PeerLine)
      line.client = rawClient(
        lineTo(
          one.process,
          one.process.look(() => one.edge.as({ userId })),
        ),
      )
      return line as PeerLine
    },
    /** A client directly at the server, with all prices that peers have. */
    watchPrices: (): RawClient => {
      const client = rawClient(broker.connect)
      const named = { ctidTraderAccountId: PRICES.accountId }
      client.send(
        { payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, payload: DIRECT },
        { payloadType: PROTO_OA_ACCOUNT_AUTH_REQ, payload: { ...named, accessToken: PRICES.accessToken } },
        { payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, payload: { ...named, symbolId: [1, 2] } },
        {
          payloadType: PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
          payload: { ...named, symbolId: [1] },
        },
      )
      return client
    },
    placeElsewhere: (accountId: number): void => {
      direct
        .account({ accountId, accessToken: DIRECT_TOKEN })
        .request(PROTO_OA_NEW_ORDER_REQ, { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 })
        .pipe(takeUntil(stop$))
        .subscribe({ error: () => undefined })
    },
    /** Users whose last pair of tokens was lost grant access again. */
    consentAgain: (): void => {
      for (const [grantId, { tokens: pair, version }] of [...stored]) {
        if (!refreshed.includes(pair.refreshToken ?? '')) continue
        const redirectUri = 'http://localhost:1/'
        const code = broker.consent.authorize({
          clientId: APPLICATION.clientId,
          redirectUri,
          scope: 'trading',
          accountIds: GRANTS[grantId] ?? [],
        })
        const { accessToken = '', refreshToken = '' } = broker.consent.tokens({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          client_id: APPLICATION.clientId,
          client_secret: APPLICATION.clientSecret,
        })
        keep(grantId, { accessToken, refreshToken }, version)
      }
    },
    loseLeases: medium.leases.forget,
    renewals,
    /** The tokens that are kept. */
    kept: (grantId: string) => stored.get(grantId)?.tokens,
    openLines: (): ReadonlyMap<string, number> => open,
    records: (): Records => ({
      chain,
      sent,
      refreshed,
      sentTwice: renewals.sentTwice,
      unsafe,
      tokens,
      blocked,
      executions,
      mostLines,
      won,
      doublySure,
    }),
    end: (): void => {
      for (const { process, owners: one } of owners) process.enter(() => void one.close().subscribe())
      for (const { process, edge } of edges) process.enter(() => void edge.close().subscribe())
      stop$.next()
    },
    at,
  }
}
export type GatewayFloor = ReturnType<typeof gatewayFloor>
