import { PayloadType, ProtoOATrendbarPeriod, lots, placeOrder, trendbarsBetween } from 'rx-ctrader'
import { scene } from '../support/accountScene'

const BTCUSD = 114
const MINUTE = 60_000
const BARS = 5_000
/** A second of ours, for 50 requests. */
const SLOT = 1_050 / 50

describe('an order', () => {
  it('is delayed by no more than a slot of its lane while 5 000 bars are pulled', () => {
    /** When an order that is placed at 1 s leaves, in ms after. */
    const leavesAfter = (isPulling: boolean): number => {
      let after = NaN
      scene(
        ({ account, at, broker, watch, wire }) => {
          const buy = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) } as const
          // So that what is asked once for a session has been asked.
          watch(placeOrder(account, buy))
          at(1_000, () => {
            const to = Math.floor(broker.now() / MINUTE) * MINUTE
            const from = to - (BARS - 1) * MINUTE
            const bars = isPulling
              ? watch(
                  trendbarsBetween(account, { symbol: BTCUSD, period: ProtoOATrendbarPeriod.M1, from, to }),
                )
              : undefined
            at(3_000, () => {
              const asked = wire.sentTypes().filter(type => type === PayloadType.PROTO_OA_GET_TRENDBARS_REQ)
              expect(asked.length > 5).toBe(isPulling)
              expect(bars?.completed ?? false).toBe(false)
              const order = watch(placeOrder(account, buy))
              at(2_000, () => {
                after = (order.timed.find(([, { status }]) => status === 'sent')?.[0] ?? NaN) - 4_000
                expect(order.values.at(-1)?.status).toBe('filled')
              })
            })
            at(60_000, () => {
              expect(bars?.values.flatMap(({ items }) => items) ?? []).toHaveLength(isPulling ? BARS : 0)
            })
          })
        },
        { unknowns: { trendbarChunk: 200 } },
      )
      return after
    }
    const alone = leavesAfter(false)
    expect(leavesAfter(true)).toBeGreaterThanOrEqual(alone)
    expect(leavesAfter(true) - alone).toBeLessThanOrEqual(SLOT)
  })
})
