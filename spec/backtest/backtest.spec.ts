import {
  NEVER,
  concat,
  concatMap,
  delay,
  from,
  lastValueFrom,
  merge,
  of,
  take,
  takeUntil,
  tap,
  timer,
  toArray,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { candles, closeAll, pips, placeOrder, price, spots, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { backtest } from 'rx-ctrader/backtest'
import type { BacktestEvent } from 'rx-ctrader/backtest'
import { MINUTE, START, at, eurusd, minutes, resultOf, still, withoutCosts } from './support'

jest.setTimeout(30_000)

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const buy = (account: Account, more: object = {}) =>
  placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(10_000), ...more })

describe('a backtest, against the known answer', () => {
  it('has one trade with its costs', async () => {
    // Bought at the ask 1.1001, sold at the bid 1.1050: 0.0049 × 10,000 = 49.00. Commission: 3.50 for a lot and a
    // side, so 2 × 3.50 × 0.1 = 0.70.
    const bars = minutes([...still(1.1, 5), ...still(1.105, 5)])
    const { trades, open, statistics, equity } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account)),
          at(7 * MINUTE + 30_000, () => closeAll(account)),
        ),
      {
        history: eurusd(bars),
        symbols: [{ name: 'EURUSD', commission: { usdPerLot: 3.5 }, swap: 0 }],
        fills: { latency: 0 },
      },
    )
    expect(trades).toEqual([
      expect.objectContaining({
        symbol: 'EURUSD',
        side: 'buy',
        volume: 10_000,
        entryTime: START + 30_000,
        entryPrice: 1.1001,
        exitTime: START + 7 * MINUTE + 30_000,
        exitPrice: 1.105,
        gross: 49,
        commission: -0.7,
        swap: 0,
        net: 48.3,
        // At once the bid is 0.0001 below the entry: 1.00.
        mae: -1,
        mfe: 49,
        reason: 'closed',
      }),
    ])
    expect(open).toEqual([])
    expect(statistics).toMatchObject({
      net: 48.3,
      costs: -0.7,
      trades: 1,
      winRate: 1,
      profitFactor: Infinity,
    })
    expect(equity.at(-1)).toEqual({ time: START + 9 * MINUTE, balance: 10_048.3, equity: 10_048.3 })
  })

  it('takes the stop where stop and target are in one bar, and counts it', async () => {
    // Bought at 1.1001. The stop is at 1.0981, the target at 1.1021. The bar opens at 1.1000 and reaches the nearer
    // extreme 1.1030 first, and then 1.0970. The worse is assumed: −0.0020 × 10,000 = −20.00.
    const bars = minutes([...still(1.1, 2), [1.1, 1.103, 1.096, 1.1], ...still(1.1, 2)])
    const { trades, statistics } = await resultOf(
      account => at(30_000, () => buy(account, { stopLoss: pips(20), takeProfit: pips(20) })),
      { history: eurusd(bars), symbols: withoutCosts },
    )
    // The best before was 1.1000, and the way to the stop ends there.
    expect(trades).toMatchObject([{ exitPrice: 1.0981, net: -20, mae: -20, mfe: 0, reason: 'stopLoss' }])
    expect(statistics.unclearExits).toBe(1)
  })

  it('fills a stop inside a bar at its price, and at the open behind a gap', async () => {
    const inside = minutes([...still(1.1, 2), [1.1, 1.1, 1.09, 1.09], ...still(1.09, 2)])
    const gap = minutes([...still(1.1, 2), [1.095, 1.095, 1.09, 1.09], ...still(1.09, 2)])
    const run = (bars: typeof inside) =>
      resultOf(account => at(30_000, () => buy(account, { stopLoss: pips(20) })), {
        history: eurusd(bars),
        symbols: withoutCosts,
      })
    // −0.0020 × 10,000, and from 1.1001 to 1.0950: −0.0051 × 10,000.
    expect((await run(inside)).trades).toMatchObject([{ exitPrice: 1.0981, net: -20, reason: 'stopLoss' }])
    expect((await run(gap)).trades).toMatchObject([{ exitPrice: 1.095, net: -51, reason: 'stopLoss' }])
  })

  it('fills a limit order when the price goes through, or is touched if asked', async () => {
    const place = (account: Account) =>
      placeOrder(account, {
        type: 'limit',
        symbol: 'EURUSD',
        side: 'buy',
        volume: units(10_000),
        price: price(1.0981),
      })
    // With a spread of a pip, the ask falls to 1.0981 when the bid falls to 1.0980.
    const touched = minutes([...still(1.1, 2), [1.1, 1.1, 1.098, 1.1], ...still(1.1, 2)])
    const through = minutes([...still(1.1, 2), [1.1, 1.1, 1.0979, 1.1], ...still(1.1, 2)])
    const run = (bars: typeof touched, fills = {}) =>
      resultOf(account => at(30_000, () => place(account)), {
        history: eurusd(bars),
        symbols: withoutCosts,
        fills,
      })
    expect((await run(touched)).open).toEqual([])
    expect((await run(touched, { limits: 'touch' })).open).toMatchObject([{ entryPrice: 1.0981 }])
    // The bar goes on to 1.0979, but the order is filled on the way.
    expect((await run(through)).open).toMatchObject([{ entryPrice: 1.0981 }])
  })

  it('has a point of the equity after each hour with prices, also if the strategy does not look', async () => {
    // 10,000 units bought at 1.1000. At 11:00 the price is 20 pips lower, and back at 11:01: a fall of 20.00.
    const prices = [...still(1.1, 60), ...still(1.098, 1), ...still(1.1, 65)]
    const { equity, statistics } = await resultOf(account => at(30_000, () => buy(account)), {
      history: eurusd(minutes(prices), 0),
      symbols: withoutCosts,
      fills: { latency: 0 },
    })
    expect(equity.map(({ time, equity: money }) => [(time - START) / MINUTE, money])).toEqual([
      [0, 10_000],
      [0.5, 10_000],
      [60, 9_980],
      [120, 10_000],
      [125, 10_000],
    ])
    expect(statistics.maxDrawdown).toBe(20)
  })

  it('pays a swap at each rollover, and three on Wednesday', async () => {
    // From Monday 10:00 to Thursday 10:00 UTC there are the rollovers of Monday, Tuesday and Wednesday: 1 + 1 + 3.
    // −6 pips × 10,000 × 0.0001 = −6.00 for each.
    const bars = minutes(still(1.1, 3 * 24 * 60 + 10))
    const { trades } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account)),
          at(3 * DAY, () => closeAll(account)),
        ),
      {
        history: eurusd(bars, 0),
        symbols: [{ name: 'EURUSD', commission: 0, swap: { long: -6, short: 1 } }],
      },
    )
    expect(trades).toMatchObject([{ gross: 0, swap: -30, net: -30 }])
  })

  it('does not trade at a weekend, and trades on after it', async () => {
    const friday = START + 4 * DAY
    const monday = START + 7 * DAY
    const bars = [...minutes(still(1.1, 60), friday), ...minutes(still(1.1, 60), monday)]
    const seen: unknown[] = []
    const { open, history } = await resultOf(
      account =>
        merge(
          at(5 * DAY, () =>
            buy(account).pipe(
              tap({
                error: (error: unknown) => {
                  seen.push(error)
                },
              }),
            ),
          ),
          at(7 * DAY + 30_000, () => buy(account)),
        ).pipe(),
      { history: eurusd(bars), symbols: withoutCosts },
    ).catch((error: unknown) => {
      seen.push(error)
      return { open: [], history: [] }
    })
    expect(seen[0]).toMatchObject({ reason: 'InvalidOrder', rule: 'schedule' })
    expect([open, history]).toEqual([[], []])
  })

  it('reads days that are split at 17:00 New York, also when the clocks change', async () => {
    // On 9 March 2025 New York goes from UTC−5 to UTC−4: Friday's day opens on Thursday 22:00, Monday's on Sunday
    // 21:00, and Tuesday's on Monday 21:00.
    const opened = [Date.UTC(2025, 2, 6, 22), Date.UTC(2025, 2, 9, 21), Date.UTC(2025, 2, 10, 21)]
    const bars = opened.map((timestamp, i) => ({
      timestamp,
      open: 1.1 + i / 100,
      high: 1.105 + i / 100,
      low: 1.095 + i / 100,
      close: 1.1 + i / 100,
    }))
    const closed: number[] = []
    await resultOf(
      account =>
        candles(account, 'EURUSD', 'D1').pipe(
          tap(bar => {
            if (bar.closed) closed.push(bar.timestamp)
          }),
        ),
      { history: [{ symbol: 'EURUSD', period: 'D1', bars }] },
    )
    expect(closed).toEqual(opened.slice(0, 2))
  })
})

describe('a night, against the known answer', () => {
  it('is charged at 21:00 UTC, before and after the clocks of New York change', async () => {
    // 21:00 UTC is 16:00 in New York on Monday, 3 March 2025, and 17:00 on Monday, 10 March. Each of the positions is
    // held from 19:15 to 20:15 or from 20:15 to 21:15: −6 pips × 10,000 × 0.0001 = −6.00 for the latter.
    const from = Date.UTC(2025, 2, 3, 12)
    const halfHours = Array.from({ length: 8 * 48 }, (_, i) => i * 30 * MINUTE)
    const bars = halfHours.map(ms => ({ timestamp: from + ms, open: 1.1, high: 1.1, low: 1.1, close: 1.1 }))
    const then =
      (day: number, hour: number, act: (account: Account) => Observable<unknown>) => (account: Account) =>
        at(Date.UTC(2025, 2, day, hour, 15) - START, () => act(account))
    const steps = [3, 10].flatMap(day => [
      then(day, 19, buy),
      then(day, 20, account => concat(closeAll(account), buy(account))),
      then(day, 21, closeAll),
    ])
    const { trades } = await resultOf(account => merge(...steps.map(step => step(account))), {
      history: [{ symbol: 'EURUSD', period: 'M30', bars }],
      symbols: [{ name: 'EURUSD', commission: 0, swap: { long: -6, short: 1 } }],
    })
    expect(trades.map(({ swap, net }) => [swap, net])).toEqual([
      [0, 0],
      [-6, -6],
      [0, 0],
      [-6, -6],
    ])
  })
})

describe('a backtest', () => {
  const history = eurusd(minutes(still(1.1, 60)))

  it('emits its progress, and last the result', async () => {
    const events = await lastValueFrom(backtest(() => NEVER, { history }).pipe(toArray<BacktestEvent>()))
    expect(events.map(({ kind }) => kind).slice(-2)).toEqual(['progress', 'result'])
    expect(events.at(-2)).toEqual({ kind: 'progress', progress: 1 })
  })

  it('tells of positions that are still open', async () => {
    const { open, statistics } = await resultOf(account => at(0, () => buy(account)), {
      history,
      symbols: withoutCosts,
    })
    // Bought at 1.1001, and worth 1.1000.
    expect(open).toMatchObject([{ side: 'buy', volume: 10_000, unrealised: -1 }])
    expect(statistics.trades).toBe(0)
  })

  it('serves what came before `from` as the past', async () => {
    const seen: number[] = []
    await resultOf(
      account =>
        candles(account, 'EURUSD', 'M1', { history: 10 }).pipe(
          take(10),
          tap(bar => seen.push(bar.timestamp)),
        ),
      { history, from: START + 30 * MINUTE },
    )
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => START + (20 + i) * MINUTE))
  })

  it('gives the same bytes again', async () => {
    const strategy = (account: Account) => at(30_000, () => buy(account, { stopLoss: pips(20) }))
    const [one, other] = [await resultOf(strategy, { history }), await resultOf(strategy, { history })]
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
  })

  it('waits for the promises of a strategy that is async', async () => {
    const strategy = async (account: Account) => {
      await lastValueFrom(timer(MINUTE))
      await lastValueFrom(buy(account))
      await lastValueFrom(timer(5 * MINUTE))
      await lastValueFrom(closeAll(account))
    }
    const { trades } = await resultOf(strategy, { history, symbols: withoutCosts, fills: { latency: 0 } })
    expect(trades).toMatchObject([{ entryTime: START + MINUTE, net: -1 }])
    expect((trades[0]?.exitTime ?? 0) - START).toBeGreaterThanOrEqual(6 * MINUTE)
    expect((trades[0]?.exitTime ?? 0) - START).toBeLessThan(6 * MINUTE + 1000)
  })

  it('fails loudly if a strategy waits for promises in secret', async () => {
    const run = resultOf(
      account => concat(of(0).pipe(delay(1)), from(Promise.resolve()).pipe(concatMap(() => buy(account)))),
      { history },
    )
    await expect(run).rejects.toMatchObject({ reason: 'InvalidOption', option: 'promises' })
  })

  it('errors with the strategy', async () => {
    const fault = new Error('no idea')
    await expect(
      resultOf(
        () => {
          throw fault
        },
        { history },
      ),
    ).rejects.toBe(fault)
  })

  it('ends when it is left', async () => {
    let left = false
    const running = backtest(
      () =>
        NEVER.pipe(
          tap({
            unsubscribe: () => {
              left = true
            },
          }),
        ),
      { history: eurusd(minutes(still(1.1, 5_000))) },
    ).subscribe()
    await new Promise(resolve => setTimeout(resolve, 20))
    running.unsubscribe()
    expect(left).toBe(true)
  })

  it('lets timers have their turn, so that one can end it', async () => {
    const run$ = backtest(account => spots(account, 'EURUSD'), {
      history: eurusd(minutes(still(1.1, 20_000))),
    })
    const events = await lastValueFrom(run$.pipe(takeUntil(timer(1)), toArray()))
    expect(events.filter(({ kind }) => kind === 'result')).toEqual([])
  })

  it('fails loudly if a strategy trades in the time of the machine', async () => {
    const late = (account: Account) =>
      merge(
        spots(account, 'EURUSD'),
        from(new Promise(resolve => setTimeout(resolve, 1))).pipe(concatMap(() => buy(account))),
      )
    const run = resultOf(late, { history: eurusd(minutes(still(1.1, 20_000))) })
    await expect(run).rejects.toMatchObject({ reason: 'InvalidOption', option: 'promises' })
  })

  it('ends with the last price, because after it nothing is known of the market', async () => {
    const strategy = (account: Account) => at(30_000, () => buy(account))
    const whole = await resultOf(strategy, { history })
    expect(await resultOf(strategy, { history, to: START + 300 * DAY })).toEqual(whole)
    expect(whole.open).toHaveLength(1)
  })

  it('leaves the time of others alone', async () => {
    const before = Date.now()
    const run = resultOf(() => NEVER, { history })
    const waited = lastValueFrom(timer(5))
    await run
    await waited
    expect(Math.abs(Date.now() - before)).toBeLessThan(60_000)
  })

  it.each<[string, object]>([
    ['until', { until: START }],
    ['from', { from: START - 1 }],
    ['from', { from: START + DAY }],
    ['from', { from: START + DAY, to: START + 2 * DAY }],
    ['from', { from: new Date(START) }],
    ['to', { to: '2025-01-08' }],
    ['to', { to: START }],
    ['history', { history: [] }],
    ['history.0.sprad', { history: [{ symbol: 'EURUSD', period: 'M1', bars: [], sprad: 1 }] }],
    ['history.0.bars', { history: [{ symbol: 'EURUSD', period: 'M1', bars: 'bars.csv' }] }],
    ['account.leverag', { account: { leverag: 500 } }],
    ['account.balance', { account: { balance: 'a lot' } }],
    ['account.leverage', { account: { leverage: '1:500' } }],
    ['account.depositAsset', { account: { depositAsset: 'EURO' } }],
    ['faults.0.at', { faults: [{ fault: { kind: 'drop' } }] }],
    ['faults.0.fault.kind', { faults: [{ at: START, fault: { kind: 'boom' } }] }],
    ['faults.0.when', { faults: [{ at: START, when: 1, fault: { kind: 'drop' } }] }],
  ])('names %s in an error', async (option, more) => {
    await expect((async () => resultOf(() => NEVER, { history, ...more }))()).rejects.toMatchObject({
      reason: 'InvalidOption',
      option,
    })
  })

  it('wants a strategy that is one', async () => {
    const wrong = { reason: 'InvalidOption', option: 'strategy' }
    await expect((async () => resultOf(undefined as never, { history }))()).rejects.toMatchObject(wrong)
    await expect(resultOf((() => undefined) as never, { history })).rejects.toMatchObject(wrong)
  })
})
