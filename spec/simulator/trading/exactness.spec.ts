import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { ScriptedQuote } from '../../support/scriptedMarket'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { marginLevel } from '../../../src/simulator/trading/execution/marginLevel'

const { PROTO_OA_MARGIN_CALL_TRIGGER_EVENT } = PayloadType

/** A walk of so many steps, a second and a bit apart. */
const walks = (base: number, step: number): fc.Arbitrary<ScriptedQuote[]> =>
  fc.array(fc.integer({ min: -60, max: 55 }), { minLength: 150, maxLength: 150 }).map(moves => {
    let price = base
    return moves.map((move, n): ScriptedQuote => {
      price += move * step
      return [NOON + 2_000 + n * 1_103, price, price + 3 * step]
    })
  })

const scenes = fc.record({
  euro: walks(100_000, 1),
  yen: walks(15_000_000, 100),
  pound: walks(120_000, 1),
  sides: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 2), fc.constantFrom(1, 2)),
  calls: fc.tuple(
    fc.integer({ min: 95, max: 105 }),
    fc.integer({ min: 85, max: 95 }),
    fc.integer({ min: 75, max: 85 }),
  ),
})

describe('the margin level is looked at when it has to be', () => {
  it('each call comes at the very tick that reaches it, as if every tick had been looked at', () => {
    let fired = 0
    fc.assert(
      fc.property(scenes, ({ euro, yen, pound, sides, calls }) => {
        const first = (base: number): ScriptedQuote => [NOON - 1, base, base]
        const make = (): Floor => {
          const floor = tradingFloor(
            scriptedMarket({
              quotes: {
                1: [first(100_000), ...euro],
                2: [first(120_000), ...pound],
                4: [first(15_000_000), ...yen],
              },
            }),
            { depositAsset: 'EUR', balance: 11_000, stopOutLevel: 10, marginCallLevels: calls },
          )
          sides.forEach((tradeSide, n) => {
            floor.order(n, {
              symbolId: [1, 2, 4][n] ?? 1,
              tradeSide,
              volume: [400_000, 300_000, 300_000][n] ?? 0,
            })
          })
          floor.until(1_999)
          return floor
        }
        const called = (floor: Floor): unknown[] =>
          floor.told.flatMap(({ at, payloadType, payload }) =>
            payloadType === PROTO_OA_MARGIN_CALL_TRIGGER_EVENT ? [[at, payload]] : [],
          )

        const lazy = make()
        lazy.until(200_000)
        // Every tick of every symbol, by hand.
        const watched = make()
        const wanted: unknown[] = []
        const done = new Set<number>()
        const times = [...euro, ...yen, ...pound].map(([at]) => at).sort((a, b) => a - b)
        for (const at of times) {
          const level = marginLevel(watched.exchange.account(ACCOUNT), at) ?? Infinity
          calls.forEach((call, n) => {
            if (level > call || done.has(n)) return
            done.add(n)
            wanted.push([at - NOON, 61 + n])
          })
        }
        const seen = called(lazy).map(entry => {
          const [at, payload] = entry as [number, { marginCall: { marginCallType: number } }]
          return [at, payload.marginCall.marginCallType]
        })
        // Calls that came before the first tick are the same in both.
        const early = seen.filter(([at]) => (at ?? 0) < 2_000).map(([, type]) => type)
        expect(seen.filter(([at]) => (at ?? 0) >= 2_000)).toEqual(
          wanted.filter(entry => !early.includes((entry as number[])[1])),
        )
        fired += seen.length
      }),
      { numRuns: 40, seed: 3 },
    )
    expect(fired).toBeGreaterThan(20)
  })
})
