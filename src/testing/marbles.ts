import { NEVER } from 'rxjs'
import type { RunHelpers } from 'rxjs/testing'
import type { Message, MessageType } from '../protocol/table'
import type { Account } from '../session/account'
import type { AppCredentials } from '../session/auth'
import { createClient } from '../session/client'
import type { Client } from '../session/client'
import type { AccountOptions, ClientTuning } from '../session/options'
import { createSimulator } from '../simulator/simulator'
import type { SimulatorOptions } from '../simulator/simulator'
import { createExpectations } from './asserting/expectations'
import { marbleBroker } from './drawing/broker'
import type { MarbleBroker } from './drawing/broker'
import { drawnMarket } from './drawing/market'
import type { DrawnMarket } from './drawing/market'
import { leaveRealTime, patientScheduler } from './drawing/scheduler'
import { ACCOUNT_ID, MARKET_START } from './messages/usual'
import { overhear, requestsOf } from './requests'

/** What is expected of what a client sends. */
export interface ExpectedRequests {
  /** Which messages, and when each is sent. */
  readonly toBe: (marbles: string, values?: Readonly<Record<string, Message>>) => void
}

/** RxJS's helpers, and a broker with a client and an account of it. All times are ms from the start. */
export interface Marbles extends RunHelpers {
  /** The simulator, whose frames, prices and faults can be drawn. */
  readonly broker: MarbleBroker
  readonly client: Client
  /** An account that is authenticated before anything else happens, and again after each lost line. */
  readonly account: Account
  /**
   * Expects what the client sends, on all lines: the messages of the payload types given or, without any, all but
   * heartbeats and the authentication of application and account. Ids of messages are left out.
   *
   * ```ts
   * const cancel = request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 7 })
   * expectRequests(PayloadType.PROTO_OA_CANCEL_ORDER_REQ).toBe('--a', { a: cancel })
   * ```
   */
  readonly expectRequests: (...payloadTypes: readonly MessageType[]) => ExpectedRequests
}

/** What a scenario is played with, where it should not be the default. */
export interface MarbleOptions {
  /**
   * Whether prices change only where they are drawn (`'still'`, the default), or as the simulator makes them up
   * (`'moving'`).
   */
  readonly market?: 'still' | 'moving'
  /** How long the run is, in ms: what would come later does not. Default 600 000, ten minutes. */
  readonly until?: number
  /** Whether the account is kept authenticated; if not, nothing connects before somebody subscribes. Default true. */
  readonly authenticated?: boolean
  /** Of the simulator. With a `latency` the authentication takes its time from the start. */
  readonly simulator?: SimulatorOptions
  /** Of the client: `demo` with the secret `demo`; its jitter is the same every time. */
  readonly client?: Partial<AppCredentials & ClientTuning>
  /** The account: 12345678 with the access token `demo`. */
  readonly account?: Partial<AccountOptions>
}

const TEN_MINUTES = 600_000

/** No browser has a say in what happens. */
const presence = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

/**
 * Plays a scenario in virtual time, all of it before it returns: RxJS's `TestScheduler.run`, with a simulated broker
 * and an authenticated account inside. Throws where something does not come as expected, with a text that shows both;
 * works in any test runner. Gives back what the scenario does.
 *
 * The market stands still but for what is drawn, from a Wednesday noon UTC on. After ten minutes, or `until`, it is over.
 *
 * ```ts
 * marbles(({ broker, account, expectObservable }) => {
 *   broker.frames('--a-b|', { a: spot({ bid: 1.1, ask: 1.2 }), b: spot({ bid: 1.15 }) })
 *   expectObservable(account.on(PayloadType.PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload.bid)))
 *     .toBe('--a-b', { a: 110_000, b: 115_000 })
 * })
 * ```
 */
export const marbles = <T>(
  scenario: (marbles: Marbles) => T,
  {
    market: how = 'still',
    until = TEN_MINUTES,
    authenticated = true,
    simulator = {},
    client: tuning = {},
    account: owner = {},
  }: MarbleOptions = {},
): T => {
  leaveRealTime()
  const expectations = createExpectations(until)
  const scheduler = patientScheduler(expectations.assertEqual)

  return scheduler.run(helpers => {
    const { expectObservable, expectSubscriptions, flush } = helpers
    let still: DrawnMarket | undefined
    const simulated = createSimulator({
      start: MARKET_START,
      ...(how === 'still' && { market: (past, start) => (still = drawnMarket(past, start)) }),
      ...simulator,
    })
    const { connect, sent$ } = overhear(simulated.connect)
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      presence,
      ...tuning,
      connect,
    })
    const account = client.account({ accountId: ACCOUNT_ID, accessToken: 'demo', ...owner })
    const broker = marbleBroker(simulated, {
      accountId: account.accountId,
      market: still,
      speed: simulator.speed ?? 1,
      until,
    })

    if (authenticated) account.authenticated$.subscribe()
    // The authentication is over before the scenario begins: where nothing takes time, it takes none.
    scheduler.maxFrames = 0
    flush()
    scheduler.maxFrames = until

    const result = scenario({
      ...helpers,
      broker,
      client,
      account,
      expectObservable: (...observed) =>
        expectations.named('expectObservable', expectObservable(...observed)),
      expectSubscriptions: logs => expectations.named('expectSubscriptions', expectSubscriptions(logs)),
      expectRequests: (...payloadTypes) =>
        expectations.named('expectRequests', expectObservable(requestsOf(sent$, payloadTypes))),
    })
    flush()
    expectations.checkAllSaid()
    return result
  })
}
