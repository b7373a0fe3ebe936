import { PayloadType } from 'rx-ctrader'
import type { EquityPoint, SweepOptions } from 'rx-ctrader/backtest'
import { MINUTE, START, eurusd, minutes, resultOf, withoutCosts } from '../support'
import { bet, hours, sweepOf } from './support'
import type { Bet } from './support'

const HOUR = 60 * MINUTE
const refusal = { kind: 'refuse', errorCode: 'MARKET_CLOSED' } as const

/** Two hours in which the price rises, one in which it falls, and one in which it rises. */
const market = {
  history: eurusd(minutes(hours([1, 1, -1, 1])), 0),
  symbols: withoutCosts,
  fills: { latency: 0 },
} as const
const options: SweepOptions<Bet> = {
  ...market,
  params: { side: ['sell', 'buy'], volume: [10_000] },
  by: 'net',
  walkForward: { train: HOUR, test: HOUR },
}

describe('a walk-forward, against the known answer', () => {
  it('tests the best of each hour in the next one', async () => {
    const { walkForward } = await sweepOf(bet, options)
    const seen = walkForward?.windows.map(({ train, test }) => [
      (train.from - START) / HOUR,
      (train.to - START) / HOUR,
      train.params.side,
      train.statistics.net,
      (test.from - START) / HOUR,
      test.statistics.net,
    ])
    expect(seen).toEqual([
      [0, 1, 'buy', 55, 1, 55],
      [1, 2, 'buy', 55, 2, -55],
      [2, 3, 'sell', 55, 3, -55],
    ])
    // The last price of the history is that of the last minute.
    expect(walkForward?.windows.map(({ test }) => test.to - START)).toEqual([
      2 * HOUR,
      3 * HOUR,
      4 * HOUR - MINUTE,
    ])
  })

  it('has the tests as one account would have traded them', async () => {
    const { walkForward } = await sweepOf(bet, options)
    expect(walkForward?.trades.map(({ side, net }) => [side, net])).toEqual([
      ['buy', 55],
      ['buy', -55],
      ['sell', -55],
    ])
    // The second test begins with what the first one has left.
    const balances = walkForward?.equity.map(({ balance }) => balance) ?? []
    expect(balances.filter((balance, i) => balance !== balances[i - 1])).toEqual([
      10_000, 10_055, 10_000, 9_945,
    ])
    expect(walkForward?.statistics).toMatchObject({ net: -55, trades: 3, winRate: 1 / 3, maxDrawdown: 110 })
    const times = walkForward?.equity.map(({ time }: EquityPoint) => time) ?? []
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })

  it('has the runs over the whole time, too', async () => {
    const { runs } = await sweepOf(bet, options)
    const whole = await resultOf(bet, { ...market, params: { side: 'buy', volume: 10_000 } })
    expect(runs[0]?.statistics).toEqual(whole.statistics)
  })

  it('has figures of each window that a backtest of that time has', async () => {
    const { walkForward } = await sweepOf(bet, options)
    for (const { train } of walkForward?.windows ?? []) {
      const { from, to, params } = train
      const single = await resultOf(bet, { ...market, params, from, to })
      expect(train.statistics).toEqual(single.statistics)
    }
    expect(walkForward?.windows).toHaveLength(3)
  })

  it('has each fault in the window of its time alone', async () => {
    // After the order of the first hour. In other windows it would refuse the order.
    const fault = { ...refusal, payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ }
    const faults = [{ at: START + 58 * MINUTE, fault }]
    const { walkForward, failures } = await sweepOf(bet, { ...options, faults })
    expect(walkForward?.windows.map(({ test }) => test.statistics.trades)).toEqual([1, 1, 1])
    expect(failures).toEqual([])
  })

  it('errors if the strategy errors in a test, because the result would have a hole', async () => {
    const faults = [{ at: START + 3.5 * HOUR, fault: refusal }]
    await expect(sweepOf(bet, { ...options, faults })).rejects.toMatchObject({
      reason: 'InvalidOption',
      option: 'strategy',
      message: expect.stringMatching(
        /errors in the test from 2025-01-06T13:00:00.000Z, with {"side":"sell".*MARKET_CLOSED/,
      ) as unknown,
    })
  })
})
