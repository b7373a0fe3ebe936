import * as fc from 'fast-check'
import { PayloadType, ProtoOATrendbarPeriod, candles, toPrice } from 'rx-ctrader'
import type { SymbolCandle } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'

const RUNS = Number(process.env['CANDLES_RUNS'] ?? 20)

const [EURUSD, BTCUSD, AAPL] = [1, 114, 201]
const DAY = 86_400_000
const HISTORY_BEGINS = Date.UTC(2000, 0)

const periods = Object.values(ProtoOATrendbarPeriod)

const payloadTypes = [
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
]
const payloadType = fc.constantFrom(...payloadTypes)
const times = fc.integer({ min: 1, max: 3 })

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { arbitrary: fc.constant<Fault>({ kind: 'drop' }), weight: 4 },
  fc.constant<Fault>({ kind: 'close', code: 1000, reason: 'Bye' }),
  fc.constant<Fault>({ kind: 'silence' }),
  fc.boolean().map((spurious): Fault => ({ kind: 'accountDisconnect', accountId: ACCOUNT, spurious })),
  fc.boolean().map((spurious): Fault => ({ kind: 'tokenInvalidated', accountId: ACCOUNT, spurious })),
  fc.constant<Fault>({ kind: 'clientDisconnect', reason: 'a test' }),
  fc
    .record({ payloadType, times })
    .map((some): Fault => ({ kind: 'refuse', errorCode: 'UNKNOWN_ERROR', ...some })),
  fc
    .record({ payloadType, times, takesEffect: fc.boolean() })
    .map((some): Fault => ({ kind: 'swallow', ...some })),
  fc
    .record({ payloadType, retryAfter: fc.integer({ min: 1, max: 20 }) })
    .map((some): Fault => ({ kind: 'rateLimit', ...some })),
  fc.integer({ min: 1, max: 90 }).map((seconds): Fault => ({ kind: 'maintenance', seconds, drops: true })),
  times.map((n): Fault => ({
    kind: 'duplicate',
    payloadType: PayloadType.PROTO_OA_SPOT_EVENT,
    times: 20 * n,
  })),
  times.map((n): Fault => ({ kind: 'garbage', times: n })),
  fc
    .constantFrom(
      PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES,
      PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
      PayloadType.PROTO_OA_GET_TRENDBARS_RES,
    )
    .map((type): Fault => ({ kind: 'malformed', payloadType: type, times: 1 })),
  // What could not be read is asked for anew.
  times.map((n): Fault => ({ kind: 'malformed', payloadType: PayloadType.PROTO_OA_SPOT_EVENT, times: n })),
  fc.integer({ min: -300, max: 300 }).map((by): Fault => ({ kind: 'gap', symbolId: EURUSD, by })),
)

/** Faults, each some time after the one before. */
const troubles = fc.array(fc.record({ after: fc.integer({ min: 0, max: 60_000 }), fault }), { maxLength: 6 })

const LONGEST = 360_000

/** A time before a bar of the period opens, by days after the beginning of 2025. */
const beforeAnOpening = (
  symbolId: number,
  period: ProtoOATrendbarPeriod,
  day: number,
  before: number,
): number => {
  const { market } = createSimulator({ seed: 1 })
  const at = Date.UTC(2025, 0, 1) + day * DAY
  const opening = market.barOpening(symbolId, period, at + 31 * DAY)
  return Math.min(opening, market.nextTick(symbolId, opening).at) - before
}

const candleOf = (
  { market }: Simulator,
  { symbolId, period, timestamp }: SymbolCandle,
  now: number,
): Omit<SymbolCandle, 'closed' | 'late'> | undefined => {
  const [bar] = market.barsBetween(symbolId, period, { from: timestamp, to: timestamp, now })
  return (
    bar && {
      symbolId,
      period,
      timestamp: bar.openedAt,
      open: toPrice(bar.open),
      high: toPrice(bar.high),
      low: toPrice(bar.low),
      close: toPrice(bar.close),
      volume: bar.volume,
    }
  )
}

describe('candles', () => {
  it('are the bars of the market, each closed one once and in order, over any sequence of drops, silences and faults', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(EURUSD, BTCUSD, AAPL),
        fc.constantFrom(...periods),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 90_000 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(1, 2, 3, 14_000),
        fc.constantFrom(0, 15),
        troubles,
        (symbolId, period, day, before, history, trendbarChunk, latency, sequence) => {
          scene(
            ({ account, at, broker, watch }) => {
              const seen: { readonly candle: SymbolCandle; readonly at: number }[] = []
              const watched = watch(candles(account, symbolId, period, { history }), LONGEST)
              const noting = candles(account, symbolId, period, { history }).subscribe({
                next: candle => seen.push({ candle, at: broker.now() }),
                error: () => undefined,
              })
              let ms = 0
              for (const trouble of sequence) {
                ms += trouble.after
                at(ms, () => {
                  broker.fault(trouble.fault)
                })
              }
              at(LONGEST - 90_000, () => {
                broker.fault({ kind: 'recover' })
              })
              at(LONGEST - 1, () => {
                noting.unsubscribe()
                const now = broker.now() - latency
                expect(watched.error).toBeUndefined()
                expect(watched.values).toEqual(seen.map(({ candle }) => candle))

                const closed = watched.values.filter(candle => candle.closed)
                const forming = watched.values.filter(candle => !candle.closed)
                expect(forming.length).toBeGreaterThan(0)
                const first = forming[0]?.timestamp ?? NaN
                const earlier = broker.market.barsBetween(symbolId, period, {
                  from: HISTORY_BEGINS,
                  to: first - 1,
                  now,
                  count: history,
                })
                const later = broker.market.barsBetween(symbolId, period, {
                  from: first,
                  to: Infinity,
                  now,
                })
                expect(closed.map(({ timestamp }) => timestamp)).toEqual(
                  [...earlier, ...later.slice(0, -1)].map(({ openedAt }) => openedAt),
                )
                for (const candle of closed)
                  expect(candle).toEqual({
                    ...candleOf(broker, candle, now),
                    closed: true,
                    late: candle.late,
                  })
                // One that is not late came with the first tick after it.
                expect(closed.slice(0, earlier.length).every(({ late }) => late)).toBe(true)
                for (const { candle, at: when } of seen.filter(
                  one => one.candle.closed && !one.candle.late,
                )) {
                  const next = later.find(({ openedAt }) => openedAt > candle.timestamp)?.openedAt ?? NaN
                  expect(when - latency).toBe(broker.market.nextTick(symbolId, next - 1).at)
                }
                const someAreLate = closed.slice(earlier.length).some(({ late }) => late)
                expect(someAreLate && sequence.length === 0).toBe(false)
                // Before the first forming one all that history had, and no closed one among those that form.
                expect(watched.values.slice(0, earlier.length).every(candle => candle.closed)).toBe(true)
                // As the market had it when it came, where that is known to the ms; the last one in any case.
                const timed = seen.map((one, index) => ({ ...one, isLast: index === seen.length - 1 }))
                for (const { candle, at: when, isLast } of timed.filter(
                  one => !one.candle.closed && (one.isLast || latency === 0),
                ))
                  expect(candle).toEqual({
                    ...candleOf(broker, candle, isLast ? now : when),
                    closed: false,
                    late: false,
                  })
              })
            },
            { latency, start: beforeAnOpening(symbolId, period, day, before), unknowns: { trendbarChunk } },
          )
        },
      ),
      { numRuns: RUNS },
    )
  })
})
