import { NEVER, merge } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { PayloadType, createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { candles, depth, pips, placeOrder, spots, units } from 'rx-ctrader'

const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

/** What a client gets in five minutes, over texts or over messages. */
const received = (seed: number, lineTimers: boolean): unknown[] => {
  const got: unknown[] = []
  const scheduler = new TestScheduler(() => undefined)
  scheduler.run(() => {
    scheduler.maxFrames = 0
    const broker = createSimulator({ seed, start: Date.UTC(2026, 0, 7, 14), lineTimers })
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      platform,
      connect: broker.connect,
    })
    const account = client.account({ accountId: 12345678, accessToken: 'demo' })
    const events = [
      PayloadType.PROTO_OA_SPOT_EVENT,
      PayloadType.PROTO_OA_DEPTH_EVENT,
      PayloadType.PROTO_OA_EXECUTION_EVENT,
      PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
    ] as const
    merge(...events.map(event => account.on(event))).subscribe(message => got.push(message))
    merge(
      spots(account, 'EURUSD'),
      depth(account, 'EURUSD'),
      candles(account, 'GBPUSD', 'M1'),
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: 'buy',
        volume: units(1000),
        stopLoss: pips(5),
        trailingStopLoss: true,
      }),
    ).subscribe()
    for (scheduler.maxFrames = 0; scheduler.maxFrames < 300_000; scheduler.maxFrames += 1000)
      scheduler.flush()
  })
  return got
}

describe('a line in one process', () => {
  it.each([1, 2, 3])('hands over the same messages as texts, in the same order (seed %i)', seed => {
    const messages = received(seed, false)
    expect(messages.length).toBeGreaterThan(500)
    expect(messages).toStrictEqual(received(seed, true))
  })
})
