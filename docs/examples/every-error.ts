/** Brings about every error there is, each at a simulator of its own, in virtual time. */
import { EMPTY, asyncScheduler, defer, map, mergeMap, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  PayloadType,
  ProtoOAOrderType,
  ProtoOATradeSide,
  conversion,
  createClient,
  isCTraderError,
  lots,
  placeOrder,
  symbol,
} from 'rx-ctrader'
import type { Account, AccountOptions, CTraderError, Client, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'

interface Scene {
  readonly broker: Simulator
  readonly client: Client
  readonly account: Account
}

const application = { clientId: 'demo', clientSecret: 'demo' }

const scene = (options: Partial<ClientOptions> = {}, owner: Partial<AccountOptions> = {}): Scene => {
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, ...application, ...options })
  return { broker, client, account: client.account({ accountId: 12345678, accessToken: 'demo', ...owner }) }
}

const after = (ms: number, act: () => void) => asyncScheduler.schedule(act, ms)

/** Why an account is not authenticated, as an error. */
const causeOf = ({ authenticated$ }: Account): Observable<never> =>
  authenticated$.pipe(mergeMap(state => ('cause' in state ? throwError(() => state.cause) : EMPTY)))

const order = {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 100_000,
}
const place = ({ account }: Scene, volume = order.volume): Observable<unknown> =>
  account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, { ...order, volume })

/** A line on which one text is read as another. */
const altered =
  (connect: Connect, from: string, to: string): Connect =>
  () =>
    connect().pipe(
      map(({ frame$, send }) => ({ send, frame$: frame$.pipe(map(text => text.replace(from, to))) })),
    )

const cases: Readonly<Record<CTraderError['reason'], () => Observable<unknown>>> = {
  ConnectionLost: () => {
    const { broker, ...rest } = scene()
    broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
    after(1_000, () => {
      broker.close(1000, 'Bye')
    })
    return place({ broker, ...rest })
  },
  Timeout: () => {
    const { broker, ...rest } = scene()
    broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
    return place({ broker, ...rest })
  },
  Refused: () => place(scene(), 1),
  InvalidRequest: () => place(scene(), 0.5),
  InvalidAnswer: () => {
    const connect = altered(createSimulator().connect, '"version":"91"', '"version":91')
    return createClient({ connect, ...application }).request(PayloadType.PROTO_OA_VERSION_REQ, {})
  },
  TooLarge: () => {
    const connect = altered(
      createSimulator().connect,
      '"version":"91"',
      `"version":"${'9'.repeat(15 * 1024 * 1024)}"`,
    )
    return createClient({ connect, ...application }).request(PayloadType.PROTO_OA_VERSION_REQ, {})
  },
  WrongEnvironment: () => {
    const { connect } = createSimulator({
      environment: 'live',
      accounts: [{ accountId: 12345678, isLive: true, traderLogin: 1, brokerTitleShort: 'Broker' }],
    })
    return place(scene({ connect, environment: 'demo' }))
  },
  NotSent: () => {
    const { account, broker } = scene()
    account.authenticated$.subscribe()
    after(1_000, () => {
      broker.fault({ kind: 'drop' })
    })
    const order$ = placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) })
    return timer(1_001).pipe(mergeMap(() => order$))
  },
  NotFound: () => {
    let id = 0
    const { account, broker } = scene({ nextId: () => `id-${(id += 1)}` })
    // The order is lost on its way, which looks the same as one that comes late.
    broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
    return placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) })
  },
  InvalidOrder: () =>
    placeOrder(scene().account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.0001) }),
  UnknownSymbol: () => symbol(scene().account, 'EURSD'),
  NoConversion: () => conversion(scene().account, 'EUR', 'XYZ'),
  InvalidOption: () => defer(() => scene({ clientSecret: '' }).client.connection$),
  SessionEnded: () => {
    const { account, broker } = scene()
    after(1_000, () => {
      broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
    })
    return causeOf(account)
  },
  TokensNotSaved: () => {
    const saveTokens = (): never => {
      throw new Error('the disk is full')
    }
    const { account, broker } = scene({}, { refreshToken: 'demo-refresh', saveTokens })
    broker.fault({ kind: 'tokenExpiry' })
    return causeOf(account)
  },
  CredentialUnavailable: () => {
    const accessToken = () => throwError(() => new Error('the vault is sealed'))
    return causeOf(scene({}, { accessToken }).account)
  },
  GrantLost: () => {
    const { account, broker } = scene({}, { refreshToken: 'used-before' })
    broker.fault({ kind: 'tokenExpiry' })
    return causeOf(account)
  },
  ClientBlocked: () => {
    const { account, broker } = scene()
    after(1_000, () => {
      broker.fault({ kind: 'clientDisconnect', reason: 'Blocked by the administrator' })
    })
    return causeOf(account)
  },
}

for (const bringAbout of Object.values(cases)) {
  const scheduler = new TestScheduler(() => undefined)
  scheduler.run(() => {
    scheduler.maxFrames = 100_000
    let isFirst = true
    bringAbout().subscribe({
      error: (error: unknown) => {
        if (isFirst) console.log(isCTraderError(error) ? `${error.reason}: ${error.message}` : error)
        isFirst = false
      },
    })
  })
}
