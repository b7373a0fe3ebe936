import { EMPTY, NEVER, Subscription, lastValueFrom, tap, throwError, toArray } from 'rxjs'
import { sweep } from 'rx-ctrader/backtest'
import type { Strategy, SweepEvent, SweepOptions } from 'rx-ctrader/backtest'
import { MINUTE, eurusd, minutes, resultOf, still, withoutCosts } from '../support'
import { bet, hours, sweepOf } from './support'
import type { Bet } from './support'

/** An hour in which the price rises by a pip each minute, without costs or latency. */
const rising = {
  history: eurusd(minutes(hours([1])), 0),
  symbols: withoutCosts,
  fills: { latency: 0 },
} as const

const params = { side: ['sell', 'buy'], volume: [10_000, 20_000] } as const

describe('a sweep, against the known answer', () => {
  it('runs each combination of the parameters, and has the best first', async () => {
    // In 55 minutes the price rises by 55 pips: 0.0055 × 10,000 = 55.00.
    const { runs, best, failures, by } = await sweepOf(bet, { ...rising, params, by: 'net' })
    expect(runs.map(run => [run.params, run.statistics.net, run.value])).toEqual([
      [{ side: 'buy', volume: 20_000 }, 110, 110],
      [{ side: 'buy', volume: 10_000 }, 55, 55],
      [{ side: 'sell', volume: 10_000 }, -55, -55],
      [{ side: 'sell', volume: 20_000 }, -110, -110],
    ])
    expect(best).toBe(runs[0])
    expect(failures).toEqual([])
    expect(by).toBe('net')
  })

  it('has the figures of single backtests', async () => {
    const { runs } = await sweepOf(bet, { ...rising, params })
    for (const run of runs) {
      const single = await resultOf(bet, { ...rising, params: run.params })
      expect(run.statistics).toEqual(single.statistics)
    }
    expect(runs).toHaveLength(4)
  })

  it('has the least first of what should be small', async () => {
    const { runs } = await sweepOf(bet, { ...rising, params, by: 'maxDrawdown' })
    expect(runs.map(({ value }) => value)).toEqual([0, 0, 55, 110])
    // Of two without a drawdown, the one with the greater net.
    expect(runs[0]?.params.volume).toBe(20_000)
  })

  it('compares by a function, whose greatest value is the best', async () => {
    const fewest = ({ net }: { readonly net: number }): number => -Math.abs(net - 55)
    const { best, by } = await sweepOf(bet, { ...rising, params, by: fewest })
    expect([best.params, best.value, by]).toEqual([{ side: 'buy', volume: 10_000 }, -0, 'fewest'])
  })

  it('has what cannot be computed last, and keeps the order of what is equally good', async () => {
    const wins: (statistics: { readonly net: number }) => number | undefined = ({ net }) =>
      net > 0 ? Number.NaN : undefined
    const equal: Strategy<{ n: number }> = () => EMPTY
    const { runs } = await sweepOf(bet, { ...rising, params, by: ({ net }) => (net > 0 ? undefined : net) })
    expect(runs.map(({ value }) => value)).toEqual([-55, -110, undefined, undefined])
    const none = await sweepOf(bet, { ...rising, params, by: wins })
    expect(none.runs.map(({ statistics }) => statistics.net)).toEqual([110, 55, -55, -110])
    const same = await sweepOf(equal, { ...rising, params: { n: [3, 1, 2] } })
    expect(same.runs.map(run => run.params.n)).toEqual([3, 1, 2])
  })

  it('leaves out what the constraint refuses', async () => {
    const constraint = ({ side, volume }: Bet): boolean => side === 'buy' || volume === 10_000
    const { runs } = await sweepOf(bet, { ...rising, params, by: 'net', constraint })
    expect(runs.map(({ statistics }) => statistics.net)).toEqual([110, 55, -55])
  })

  it('reads a history that can be read only once', async () => {
    const [entry] = rising.history
    function* once() {
      yield* entry?.bars ?? []
    }
    const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars: once(), spread: () => 0 }]
    const { runs } = await sweepOf(bet, { ...rising, history, params, by: 'net' })
    expect(runs.map(({ statistics }) => statistics.net)).toEqual([110, 55, -55, -110])
  })
})

describe('what a sweep emits', () => {
  it('is how far it has come, from 0 to 1, and last the result', async () => {
    const events = await lastValueFrom(sweep(bet, { ...rising, params }).pipe(toArray()))
    const shares = events.flatMap(event => (event.kind === 'progress' ? [event.progress] : []))
    expect(events.map(({ kind }) => kind).lastIndexOf('progress')).toBe(events.length - 2)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    // Each of the four runs ends, and its end is seen.
    expect(shares).toEqual(expect.arrayContaining([0.25, 0.5, 0.75]))
  })

  it('is the same for each subscription', async () => {
    const runs$ = sweep(bet, { ...rising, params })
    const [one, other] = [
      await lastValueFrom(runs$.pipe(toArray())),
      await lastValueFrom(runs$.pipe(toArray())),
    ]
    expect(JSON.stringify(other)).toBe(JSON.stringify(one))
  })

  it('ends with the subscription, and with it the run', async () => {
    let [begun, ended] = [0, 0]
    const subscription = new Subscription()
    await new Promise<void>(resolve => {
      const forever: Strategy<{ n: number }> = () => {
        begun += 1
        return NEVER.pipe(tap({ unsubscribe: () => (ended += 1) }))
      }
      subscription.add(
        sweep(forever, { ...rising, params: { n: [1, 2, 3] } }).subscribe(() => {
          if (begun === 2) resolve()
        }),
      )
    })
    subscription.unsubscribe()
    expect([begun, ended]).toEqual([2, 2])
  })
})

describe('a strategy that errors', () => {
  const picky: Strategy<Bet> = (account, given) => {
    if (given.volume === 10_000) return throwError(() => new Error('too little'))
    return bet(account, given)
  }

  it('is reported with its parameters, and the others run', async () => {
    const { runs, failures } = await sweepOf(picky, { ...rising, params, by: 'net' })
    expect(runs.map(({ statistics }) => statistics.net)).toEqual([110, -110])
    expect(failures).toEqual([
      { params: { side: 'sell', volume: 10_000 }, error: 'too little' },
      { params: { side: 'buy', volume: 10_000 }, error: 'too little' },
    ])
  })

  it('errors if it errors with all parameters', async () => {
    await expect(sweepOf(picky, { ...rising, params: { ...params, volume: [10_000] } })).rejects.toThrow(
      'strategy errors with all parameters, with {"side":"sell","volume":10000}: too little',
    )
  })
})

describe('the settings of a sweep', () => {
  const given: SweepOptions<Bet> = { ...rising, params }

  it.each([
    ['params', { params: undefined }],
    ['params', { params: {} }],
    ['params.side', { params: { side: [], volume: [1] } }],
    ['params.volume', { params: { side: ['buy'], volume: 1 } }],
    ['by', { by: 'profit' }],
    ['constraint', { constraint: 'fast < slow' }],
    ['constraint', { constraint: () => false }],
    ['walkForward', { walkForward: 30 }],
    ['walkForward.test', { walkForward: { train: 60 * MINUTE, test: 30 } }],
    ['walkForward.train', { walkForward: { train: '30d', test: 60 * MINUTE } }],
    ['walkForward.step', { walkForward: { train: 60 * MINUTE, test: 60 * MINUTE, step: 1 } }],
    ['walkforward', { walkforward: {} }],
    ['history', { history: [] }],
    ['from', { from: 'today' }],
  ])('are refused at once by their name: %s %p', (option, change) => {
    const act = (): unknown => sweep(bet, { ...given, ...(change as object) })
    expect(act).toThrow(expect.objectContaining({ reason: 'InvalidOption', option }) as Error)
  })

  it('name a strategy that is no function', () => {
    expect(() => sweep('cross' as never, given)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option: 'strategy' }) as Error,
    )
  })

  it.each([
    [
      'history.0.bars.1.timestamp',
      { history: eurusd(minutes(still(1.1, 2)).map(bar => ({ ...bar, timestamp: -bar.timestamp }))) },
    ],
    ['history.0.bars', { history: [{ symbol: 'EURUSD', period: 'M1', bars: 5, spread: () => 0 }] }],
    ['walkForward.train', { walkForward: { train: 60 * MINUTE, test: 60 * MINUTE } }],
    ['to', { to: 5 }],
  ])('are refused before any run where the history shows it: %s', async (option, change) => {
    let runs = 0
    const counted: Strategy<Bet> = () => {
      runs += 1
      return EMPTY
    }
    const run$ = sweep(counted, { ...given, ...(change as object) })
    await expect(lastValueFrom<SweepEvent<Bet>>(run$)).rejects.toMatchObject({
      reason: 'InvalidOption',
      option,
    })
    expect(runs).toBe(0)
  })
})
