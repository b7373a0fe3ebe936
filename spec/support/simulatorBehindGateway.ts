import { Subject, map, merge, of } from 'rxjs'
import { PayloadType, ProtoOAClientPermissionScope } from '../../src/protocol/index'
import { createSimulator as createDirect } from '../../src/simulator/index'
import type { Fault, FaultKind, Simulator, SimulatorOptions } from '../../src/simulator/index'
import { defaultIdentity } from '../../src/simulator/model/identity'
import { inMemory } from '../../src/simulator/server/inMemory'
import { gatewayLines } from './gatewayLines'
import { gatewayOver, lasting } from './gatewayScene'

export * from '../../src/simulator/index'

const withOwnId = <T extends { readonly clientOrderId?: string }>(order: T): T =>
  order.clientOrderId === undefined
    ? order
    : { ...order, clientOrderId: order.clientOrderId.replace(/^[^~]+~[^~]+~/, '') }

/** Faults of a line, which happen on the lines between the clients and the gateway. */
const ON_LINES: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'drop',
  'close',
  'silence',
  'deaf',
  'push',
  'unknownMessage',
  'delay',
  'malformed',
  'unreadable',
  'unreadableEntity',
  'oversized',
  'garbage',
  'duplicate',
  'reorder',
  'extraField',
  'unknownEnumValue',
])

/** Requests that the gateway answers by itself. */
const ANSWERED_BY_GATEWAY: readonly (number | undefined)[] = [
  PayloadType.PROTO_OA_VERSION_REQ,
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
]

/** News that is the same for all, and that cTrader alone can have. */
const isSymbolChange = (text: string): boolean =>
  text.startsWith(`{"payloadType":2120,`) && text.endsWith('}')

const isOnLines = (fault: Fault): boolean =>
  !(fault.kind === 'push' && isSymbolChange(fault.text)) &&
  (ON_LINES.has(fault.kind) || ('payloadType' in fault && ANSWERED_BY_GATEWAY.includes(fault.payloadType)))

/** Whether faults happen on the line between the gateway and cTrader instead. */
const isAtCTrader = process.env['FAULTS_AT'] === 'cTrader'

/**
 * A simulator whose lines lead through a gateway. The specs of clients run with it unchanged: a client must not notice
 * the difference. What happens to a line happens to those of the clients, and all else to the simulator.
 */
export const createSimulator = (options: SimulatorOptions = {}): Simulator => {
  const { latency = 0, ...others } = options
  const connections = others.limits === false ? undefined : others.limits?.connections
  const simulator = createDirect(others)
  const { applications, grants, accounts } = { ...defaultIdentity, ...others }
  const [application = { clientId: 'demo', clientSecret: 'demo' }] = applications
  const entitlements = accounts.flatMap(({ accountId, isLive }) => {
    const grant = grants.find(({ accountIds }) => accountIds.includes(accountId))
    if (!grant) return []
    const { accessToken, permissionScope } = grant
    return {
      accountId,
      environment: isLive ? ('live' as const) : ('demo' as const),
      grantId: accessToken,
      scope:
        permissionScope === ProtoOAClientPermissionScope.SCOPE_TRADE ? ('trade' as const) : ('view' as const),
    }
  })
  const sessionsOver$ = new Subject<void>()
  const gateway = gatewayOver(simulator.connect, {
    application,
    lines: (['demo', 'live'] as const).map(name => ({ name, environment: name, connect: simulator.connect })),
    grants: {
      load: accessToken => of({ tokens: { accessToken }, version: '1' }),
      save: () => of('2'),
    },
    authenticate: ({ clientId, token }) => {
      if (!applications.some(known => known.clientId === clientId && known.clientSecret === token))
        throw new Error('the credentials are wrong')
      return of({ userId: 'ann' })
    },
    limits: { linesPerUser: connections ?? 100, framesPerSecond: 1_000, burst: 1_000 },
    linger: 0,
    entitle: () =>
      merge(
        lasting(...entitlements),
        sessionsOver$.pipe(
          map(() => {
            throw new Error('the session is over')
          }),
        ),
      ),
  })
  const lines = gatewayLines(peer => gateway.accept(peer, {}))
  const inflict: Simulator['inflict'] = (fault, filter) => {
    if (isAtCTrader) return simulator.inflict(fault, filter)
    if (isOnLines(fault)) return lines.inflict(fault, filter)
    if (fault.kind === 'clientDisconnect') {
      sessionsOver$.next()
      return () => true
    }
    if (fault.kind === 'recover') lines.recover()
    if (fault.kind === 'maintenance' && fault.drops === true) lines.inflict({ kind: 'drop' }, filter)
    const hasStruck = simulator.inflict(fault, filter)
    if (fault.kind === 'accountDisconnect' && fault.spurious !== true) lines.forget(fault.accountId)
    return hasStruck
  }
  const fault: Simulator['fault'] = (happening, filter) => {
    inflict(happening, filter)
  }
  const { exchange } = simulator
  return {
    ...simulator,
    connect: inMemory(lines.accept, { latency, inProcess: false }),
    accept: lines.accept,
    inflict,
    fault,
    armedFaults: () => [...lines.armedFaults(), ...simulator.armedFaults()],
    close: (code, reason) => {
      fault({ kind: 'close', code, reason })
    },
    drop: () => {
      fault({ kind: 'drop' })
    },
    silence: () => {
      fault({ kind: 'silence' })
    },
    push: text => {
      fault({ kind: 'push', text })
    },
    lines: isAtCTrader ? simulator.lines : lines.reports,
    exchange: {
      ...exchange,
      // The order that closes a position has the id of its request.
      ledger: accountId => {
        const ledger = exchange.ledger(accountId)
        return { ...ledger, orders: ledger.orders.map(withOwnId) }
      },
    },
  }
}
