import { NEVER } from 'rxjs'
import type { RunHelpers } from 'rxjs/testing'
import type { Message, MessageType } from '../protocol/table'
import type { Account } from '../session/account'
import { createClient } from '../session/client'
import type { Client } from '../session/client'
import { createSimulator } from '../simulator/simulator'
import { createExpectations } from './asserting/expectations'
import { marbleBroker } from './drawing/broker'
import type { MarbleBroker } from './drawing/broker'
import type { DrawnMarket } from './drawing/market'
import { kitMarket } from './drawing/opening'
import { alone, leaveRealTime, patientScheduler } from './drawing/scheduler'
import { checkWithin, lastOfSubscription } from './drawing/timeline'
import { ACCOUNT_ID, MARKET_START } from './messages/usual'
import { optionsOf } from './options'
import type { MarbleOptions } from './options'
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
  /**
   * An account that is authenticated before anything else happens, unless the line has a latency, and again after each
   * lost line.
   */
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

/** No browser has a say in what happens. */
const presence = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

/**
 * Plays a scenario in virtual time, all of it before it returns: RxJS's `TestScheduler.run`, with a simulated broker
 * and an authenticated account inside. Throws where something does not come as expected, with a text that shows both;
 * works in any test runner. Gives back what the scenario does; a scenario cannot wait, since it is over by then.
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
export const marbles = <T>(scenario: (marbles: Marbles) => T, options: MarbleOptions = {}): T => {
  const { market, until, authenticated, simulator, client: tuning, account: owner } = optionsOf(options)
  const expectations = createExpectations(until)
  const scheduler = patientScheduler(expectations.assertEqual)
  let isOver = false
  /** What an async scenario does after its first `await` comes when nobody looks any more. */
  const checkRunning = (what: string): void => {
    if (isOver) throw new Error(`the scenario is over: ${what} must be called before marbles returns`)
  }

  const play = ({ expectObservable, expectSubscriptions, flush, ...helpers }: RunHelpers): T => {
    let still: DrawnMarket | undefined
    const simulated = createSimulator({
      start: MARKET_START,
      ...(market === 'still' && { market: (past, start) => (still = kitMarket(past, start)) }),
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
      checkRunning,
    })

    if (authenticated) account.authenticated$.subscribe()
    // The authentication is over before the scenario begins: where nothing takes time, it takes none.
    scheduler.maxFrames = 0
    flush()
    scheduler.maxFrames = until

    const result = scenario({
      ...helpers,
      flush,
      broker,
      client,
      account,
      expectObservable: (observable, subscription) => {
        checkRunning('expectObservable')
        if (typeof subscription === 'string')
          checkWithin(subscription, lastOfSubscription(subscription), until)
        return expectations.named('expectObservable', expectObservable(observable, subscription))
      },
      expectSubscriptions: logs => {
        checkRunning('expectSubscriptions')
        return expectations.named('expectSubscriptions', expectSubscriptions(logs))
      },
      expectRequests: (...payloadTypes) => {
        checkRunning('expectRequests')
        return expectations.named('expectRequests', expectObservable(requestsOf(sent$, payloadTypes)))
      },
    })
    flush()
    expectations.checkAllSaid()
    return result
  }

  return alone(() => {
    leaveRealTime()
    try {
      return scheduler.run(play)
    } finally {
      isOver = true
    }
  })
}
