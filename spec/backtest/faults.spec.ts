import fc from 'fast-check'
import { EMPTY, catchError, concatMap, filter, ignoreElements, map, merge, tap } from 'rxjs'
import { PayloadType, candles, closeAll, marginCalls, pips, placeOrder, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { MINUTE, START, at, eurusd, minutes, resultOf, still, withoutCosts } from './support'
import type { Prices } from './support'

const numRuns = Number(process.env['BACKTEST_RUNS'] ?? 12)
jest.setTimeout(10_000 + 2_000 * numRuns)

const { PROTO_OA_CLOSE_POSITION_REQ, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_EXECUTION_EVENT } = PayloadType

const buy = (account: Account, volume = 10_000) =>
  placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(volume) })

describe('what goes wrong in a backtest', () => {
  it('is a line that is lost and comes back, with late bars for what was missed', async () => {
    const seen: string[] = []
    await resultOf(
      account =>
        merge(
          account.authenticated$.pipe(tap(({ status }) => seen.push(status))),
          candles(account, 'EURUSD', 'M1').pipe(
            filter(({ closed }) => closed),
            tap(({ timestamp, late }) => seen.push(`${(timestamp - START) / MINUTE}${late ? ' late' : ''}`)),
          ),
        ),
      {
        history: eurusd(minutes(still(1.1, 8))),
        // No client is let in for two minutes and a half.
        faults: [{ at: START + 150_000, fault: { kind: 'maintenance', seconds: 150, drops: true } }],
      },
    )
    expect(seen).toEqual(
      expect.arrayContaining(['authenticated', '0', '1', 'reconnecting', '2 late', '3 late', '5', '6']),
    )
    expect(seen).not.toContain('2')
    expect(seen.filter(one => one.startsWith('authenticat')).length).toBeGreaterThan(1)
  })

  it('is an order that is refused', async () => {
    const seen: unknown[] = []
    const refusal: Fault = {
      kind: 'refuse',
      payloadType: PROTO_OA_NEW_ORDER_REQ,
      errorCode: 'MARKET_CLOSED',
      times: 1,
    }
    const { open } = await resultOf(
      account => at(30_000, () => buy(account).pipe(tap(update => seen.push(update)))),
      {
        history: eurusd(minutes(still(1.1, 5))),
        faults: [{ at: START, fault: refusal }],
      },
    )
    expect(seen.at(-1)).toMatchObject({ status: 'rejected', errorCode: 'MARKET_CLOSED' })
    expect(open).toEqual([])
  })

  it('is a margin call and a stop-out, without a fault', async () => {
    // 10,000 EUR at 1:100 take a margin of 110 USD. Of 150 USD, 117 are lost at 1.0884: 33 are 30 percent.
    const falling: Prices[] = [[1.1001, 1.1001, 1.08, 1.08]]
    const calls: number[] = []
    const { trades } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account)),
          marginCalls(account).pipe(
            tap(({ triggered }) => {
              if (triggered) calls.push(triggered.marginLevelThreshold)
            }),
          ),
        ),
      {
        history: eurusd(minutes([...still(1.1, 3), ...falling, ...still(1.08, 3)])),
        symbols: withoutCosts,
        account: { balance: 150 },
      },
    )
    expect(trades).toMatchObject([{ reason: 'stopOut' }])
    expect(calls.length).toBeGreaterThan(0)
  })

  it('loses and makes no money', async () => {
    const faultArb: fc.Arbitrary<Fault> = fc.oneof(
      fc.constant<Fault>({ kind: 'drop' }),
      fc.constant<Fault>({ kind: 'silence' }),
      fc
        .integer({ min: 1, max: 200 })
        .map((seconds): Fault => ({ kind: 'maintenance', seconds, drops: true })),
      fc
        .constantFrom(PROTO_OA_NEW_ORDER_REQ, PROTO_OA_CLOSE_POSITION_REQ)
        .map((payloadType): Fault => ({ kind: 'refuse', payloadType, errorCode: 'MARKET_CLOSED', times: 1 })),
      fc
        .record({
          payloadType: fc.constantFrom(PROTO_OA_NEW_ORDER_REQ, PROTO_OA_CLOSE_POSITION_REQ),
          takesEffect: fc.boolean(),
        })
        .map((some): Fault => ({ kind: 'swallow', times: 1, ...some })),
      fc.constant<Fault>({ kind: 'duplicate', payloadType: PROTO_OA_EXECUTION_EVENT, times: 3 }),
    )
    const timedArb = fc.record({ after: fc.integer({ min: 0, max: 40 * MINUTE }), fault: faultArb })
    const bodyArb = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 40, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(
        bodyArb,
        fc.array(timedArb, { maxLength: 5 }),
        fc.constantFrom(300, 10_000),
        async (bodies, timed, balance) => {
          let price = 1.1
          const bars = minutes(
            bodies.map((body): Prices => {
              const open = price
              price = Number((price + body * 0.000_01).toFixed(5))
              return [open, Math.max(open, price), Math.min(open, price), price]
            }),
          )
          const { trades, open, equity } = await resultOf(
            account =>
              candles(account, 'EURUSD', 'M1').pipe(
                filter(({ closed, late }) => closed && !late),
                map(({ close }) => Math.round(close * 100_000) % 4),
                concatMap(turn =>
                  (turn === 0
                    ? closeAll(account)
                    : placeOrder(account, {
                        type: 'market',
                        symbol: 'EURUSD',
                        side: turn === 1 ? 'buy' : 'sell',
                        volume: units(10_000),
                        stopLoss: pips(8),
                      })
                  ).pipe(
                    catchError(() => EMPTY),
                    ignoreElements(),
                  ),
                ),
              ),
            {
              history: eurusd(bars),
              account: { balance },
              faults: timed.map(({ after, fault }) => ({ at: START + after, fault })),
            },
          )
          const nets = trades.reduce((sum, { net }) => sum + net, 0)
          const unrealised = open.reduce((sum, position) => sum + position.unrealised, 0)
          const last = equity.at(-1)
          expect(last?.balance).toBeCloseTo(balance + nets, 6)
          expect(last?.equity).toBeCloseTo(balance + nets + unrealised, 6)
        },
      ),
      { numRuns, endOnFailure: true },
    )
  })
})
