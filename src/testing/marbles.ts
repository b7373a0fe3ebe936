import type { RunHelpers } from 'rxjs/testing'
import type { Message, MessageType } from '../protocol/table'
import type { Account } from '../session/account'
import { createClient } from '../session/client'
import type { Client } from '../session/client'
import { createExpectations } from './asserting/expectations'
import type { MarbleBroker } from './drawing/broker'
import { runAlone, leaveRealTime, patientScheduler } from './drawing/scheduler'
import { checkBounds, lastOfSubscription } from './drawing/timeline'
import { createEffects } from './drawing/effects'
import { readOptions } from './options'
import type { MarblesOptions } from './options'
import { selectRequests } from './requests'
import { createScene } from './scene'

/** Expectations about the requests of a client. */
export interface ExpectedRequests {
  /** Which messages are sent, and when. */
  readonly toBe: (marbles: string, values?: Readonly<Record<string, Message>>) => void
}

/** RxJS's helpers, with a broker, a client and an account. All times are ms from the start. */
export interface Marbles extends RunHelpers {
  /** The simulator, whose frames, prices and faults can be drawn. */
  readonly broker: MarbleBroker
  readonly client: Client
  /**
   * An account that is authenticated before anything else happens, unless the line has a latency. It is
   * authenticated again after each lost line.
   */
  readonly account: Account
  /**
   * Expects what the client sends on all lines, and other clients with `broker.connect`. Without payload types: everything except heartbeats and the
   * authentication of application and account. Message ids are ignored.
   *
   * ```ts
   * const cancel = request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 7 })
   * expectRequests(PayloadType.PROTO_OA_CANCEL_ORDER_REQ).toBe('--a', { a: cancel })
   * ```
   */
  readonly expectRequests: (...payloadTypes: readonly MessageType[]) => ExpectedRequests
}

/**
 * Runs a scenario in virtual time, completely before it returns. It is RxJS's `TestScheduler.run` with a simulated
 * broker and an authenticated account. Throws if something does not come as expected, with a text that shows both;
 * works in any test runner. Returns the scenario's result. A scenario cannot be async, because it is over when it
 * returns.
 *
 * The market only has the drawn prices. It starts on a Wednesday at noon UTC, and ends after ten minutes, or
 * `until`.
 *
 * ```ts
 * marbles(({ broker, account, expectObservable }) => {
 *   broker.frames('--a-b|', { a: spot({ bid: 1.1, ask: 1.2 }), b: spot({ bid: 1.15 }) })
 *   expectObservable(account.on(PayloadType.PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload.bid)))
 *     .toBe('--a-b', { a: 110_000, b: 115_000 })
 * })
 * ```
 */
export const marbles = <T>(scenario: (marbles: Marbles) => T, options: MarblesOptions = {}): T => {
  const given = readOptions(options)
  const { authenticated, strict, until } = given
  const effects = createEffects(strict)
  const expectations = createExpectations(until, effects)
  const scheduler = patientScheduler(expectations.assertEqual)
  let isOver = false
  /** After its first `await`, an async scenario would run when the checks are over. */
  const checkRunning = (what: string): void => {
    if (isOver) throw new Error(`the scenario is over: ${what} must be called before marbles returns`)
  }

  const play = ({ expectObservable, expectSubscriptions, flush, ...helpers }: RunHelpers): T => {
    const scene = createScene(given, { until, checkRunning, effects })
    const { broker, sent$ } = scene
    const client = createClient(scene.client)
    const account = client.account(scene.account)

    if (authenticated) account.authenticated$.subscribe()
    // The authentication ends before the scenario begins. Without latency it takes no time.
    scheduler.maxFrames = 0
    flush()
    scheduler.maxFrames = until

    const result = scenario({
      ...helpers,
      flush: () => {
        flush()
        expectations.throwMismatches()
      },
      broker,
      client,
      account,
      expectObservable: (observable, subscription) => {
        checkRunning('expectObservable')
        if (typeof subscription === 'string')
          checkBounds(subscription, lastOfSubscription(subscription), until)
        return expectations.named('expectObservable', expectObservable(observable, subscription))
      },
      expectSubscriptions: logs => {
        checkRunning('expectSubscriptions')
        return expectations.named('expectSubscriptions', expectSubscriptions(logs))
      },
      expectRequests: (...payloadTypes) => {
        checkRunning('expectRequests')
        return expectations.named('expectRequests', expectObservable(selectRequests(sent$, payloadTypes)))
      },
    })
    flush()
    scene.conclude()
    expectations.conclude()
    return result
  }

  return runAlone(() => {
    leaveRealTime()
    try {
      return scheduler.run(play)
    } finally {
      isOver = true
    }
  })
}
