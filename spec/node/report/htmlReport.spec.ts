import { createHash } from 'node:crypto'
import type { BacktestResult, SweepResult, Trade } from 'rx-ctrader/backtest'
import { htmlReport } from 'rx-ctrader/node'
import { resultOf } from '../../backtest/support'
import { hostile, result, statistics, sweepResult, trade } from './support'

const textOf = (page: string): string =>
  page.replaceAll(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '')
const dataOf = (page: string): unknown =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '')
const scriptsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code)

describe('the page of a backtest', () => {
  it('has the figures with their units', () => {
    const page = htmlReport(result, { currency: 'EUR' })
    const figure = (name: string): string | undefined =>
      new RegExp(`data-figure="${name}">([^<]*)<`).exec(page)?.[1]?.trim()
    expect(
      ['net', 'maxDrawdownPart', 'maxDrawdownDuration', 'profitFactor', 'sharpe', 'trades'].map(figure),
    ).toEqual(['1,234.50 EUR', '12.5 %', '2.0 days', '∞', '–', '2'])
  })

  it('has the trades, each with its stop loss and its take profit', () => {
    const rows = [...textOf(htmlReport(result)).matchAll(/<tr>\s*<td data-value[\s\S]*?<\/tr>/g)].map(
      ([row]) =>
        row
          .replaceAll(/<[^>]*>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
    )
    expect(rows).toEqual([
      '2025-01-06 10:00 EURUSD buy 10,000 1.100 1.098 1.105 2025-01-06 11:00 1.105 take profit -1.00 51.00 50.00',
      '2025-01-06 12:00 EURUSD sell 10,000 1.105 – – 2025-01-06 13:00 1.106 closed -10.00 0.00 -10.00',
    ])
  })

  it('draws trades at the bars in which they were', () => {
    const bars = [0, 1, 2, 3].map(hour => ({
      timestamp: trade.entryTime - 1_000 + hour * 3_600_000,
      open: 1.1,
      high: 1.11,
      low: 1.09,
      close: 1.10123,
    }))
    const history = [{ symbol: 'EURUSD', period: 'H1' as const, bars }]
    const seconds = bars.map(({ timestamp }) => Math.floor(timestamp / 1000))
    expect(dataOf(htmlReport(result, { history }))).toMatchObject({
      symbols: [
        {
          name: 'EURUSD',
          digits: 5,
          trades: [
            {
              isBuy: true,
              isGain: true,
              entry: [seconds[0], 1.1],
              exit: [seconds[1], 1.105],
              stopLoss: 1.098,
            },
            { isBuy: false, isGain: false, entry: [seconds[2], 1.105], exit: [seconds[3], 1.106] },
          ],
        },
      ],
    })
  })

  it('draws ticks, and one value for a second', () => {
    const ticks = [0, 400, 1_000].map(ms => ({
      timestamp: trade.entryTime + ms,
      bid: 1.1 + ms / 1e6,
      ask: 1.2,
    }))
    const { symbols } = dataOf(htmlReport(result, { history: [{ symbol: 'EURUSD', ticks }] })) as {
      symbols: { bars: number[][] }[]
    }
    expect(symbols[0]?.bars.map(([time, open]) => [time, open])).toEqual([
      [trade.entryTime / 1000, 1.1004],
      [trade.entryTime / 1000 + 1, 1.101],
    ])
  })

  it('says so where it does not draw or list everything', () => {
    const many = Array.from({ length: 6_000 }, () => trade)
    const equity = Array.from({ length: 9_000 }, (_, i) => ({ time: i * 60_000, balance: 1, equity: 1 + i }))
    const bars = Array.from({ length: 40_001 }, (_, i) => ({
      timestamp: i * 60_000,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
    }))
    const page = htmlReport(
      { ...result, trades: many, equity },
      { history: [{ symbol: 'EURUSD', period: 'M1', bars }] },
    )
    expect(page).toContain('The first 5,000 of 6,000 trades.')
    expect(page).toContain('Of each 5 of the 9,000 points')
    expect(page).toContain('Bars of the history in a candle: EURUSD: 3.')
    expect(page.match(/<td class="buy">/g)).toHaveLength(5_000)
  })

  it('is made without trades, too', async () => {
    const bars = [1, 2, 3].map(n => ({
      timestamp: Date.UTC(2025, 0, 6, 10, n),
      open: 1,
      high: 1,
      low: 1,
      close: 1,
    }))
    const empty: BacktestResult = await resultOf(() => [], {
      history: [{ symbol: 'EURUSD', period: 'M1', bars }],
    })
    expect(htmlReport(empty)).toContain('No trades.')
  })
})

describe('the page of a sweep', () => {
  it('has a heat map for two parameters, with the best marked', () => {
    const page = textOf(htmlReport(sweepResult))
    const cells = [
      ...page.matchAll(/<td class="(heat|heat best|cold)"(?: style="--heat:([\d.]+)")?>\s*(\S*)\s*<\/td>/g),
    ]
    expect(cells.map(([, kind, heat, text]) => [kind, heat, text])).toEqual([
      ['heat best', '1.000', '30.00'],
      ['heat', '0.000', '10.00'],
      ['heat', '0.500', '20.00'],
      ['cold', undefined, '–'],
    ])
    expect(page).toContain('Parameters with which the strategy errored.')
  })

  it('has the greatest heat for the least drawdown', () => {
    const page = textOf(htmlReport({ ...sweepResult, by: 'maxDrawdown' }))
    expect(page).toMatch(/--heat:0.000">\s*30.00/)
  })

  it('has a middle heat where all values are equal, and none for what is not finite', () => {
    const [first, second, third] = sweepResult.runs
    const runs = [
      { ...first, value: 20 },
      { ...second, value: Infinity },
      { ...third, value: 20 },
    ] as SweepResult<object>['runs']
    const page = textOf(htmlReport({ ...sweepResult, runs }))
    expect([...page.matchAll(/--heat:([\d.]+)/g)].map(([, heat]) => heat)).toEqual([
      '0.500',
      '0.500',
      '0.500',
    ])
  })

  it('has parameters that are objects, texts or absent', () => {
    const run = (params: object) => ({ params, statistics, value: 1 })
    const params = { session: ['london', { from: 8 }, undefined], slow: [20] }
    const runs = params.session.map(session => run({ session, slow: 20 }))
    const [best = run({})] = runs
    const page = textOf(htmlReport({ ...sweepResult, params, runs, best, failures: [] }))
    const cells = ['london', '{&quot;from&quot;:8}', 'undefined']
    for (const text of cells) expect(page).toMatch(new RegExp(`<th scope="row">${text}</th>`))
    expect(page.match(/--heat:/g)).toHaveLength(3)
    expect(page).not.toContain('Parameters with which the strategy errored.')
  })

  it('has the measure of an own function, and at most 1,000 runs', () => {
    const runs = Array.from({ length: 1_001 }, (_, i) => ({ params: { fast: i }, statistics, value: i }))
    const page = textOf(htmlReport({ ...sweepResult, params: { fast: [] }, by: 'mine', runs }))
    expect(page).toContain('mine (measure)')
    expect(page).toContain('The best 1000 of 1001 runs.')
  })

  it('has only a list for other numbers of parameters', () => {
    const page = htmlReport({ ...sweepResult, params: { fast: [3, 5] } })
    expect(page).not.toContain('Heat map')
    expect(page).toContain('Runs')
  })

  it('has what the walk-forward traded', () => {
    const walkForward = {
      windows: [
        {
          train: { from: 0, to: 3_600_000, params: { fast: 3, slow: 20 }, statistics, value: 30 },
          test: { from: 3_600_000, to: 7_200_000, statistics },
        },
      ],
      trades: result.trades,
      equity: result.equity,
      statistics,
    }
    const page = textOf(htmlReport({ ...sweepResult, walkForward }))
    expect(page).toContain('1970-01-01 00:00 – 1970-01-01 01:00')
    expect(page).toMatch(/fast 3, slow 20/)
    expect(page).toContain('List of trades')
  })
})

describe('texts that are not to be trusted', () => {
  const evil: Trade = { ...trade, symbol: hostile }
  const bars = [{ timestamp: trade.entryTime, open: 1, high: 1, low: 1, close: 1 }]
  const histories = [hostile, 'EURUSD'].map(symbol => ({ symbol, period: 'H1' as const, bars }))
  const evilSweep: SweepResult<object> = {
    ...sweepResult,
    by: hostile,
    params: { [hostile]: [hostile, 'b'], slow: [20] },
    runs: [{ params: { [hostile]: hostile, slow: 20 }, statistics, value: 1 }],
    failures: [{ params: { [hostile]: hostile }, error: hostile }],
  }
  const pages = [
    htmlReport({ ...result, trades: [evil] }, { history: histories, title: hostile, currency: hostile }),
    htmlReport(evilSweep, { title: hostile, currency: hostile }),
  ]

  it('are text in the page, and nothing else', () => {
    for (const page of pages) {
      expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
      expect(textOf(page)).not.toContain('<img')
      expect(page.match(/<script/g)).toHaveLength(3)
      expect(page.match(/<\/script/gi)).toHaveLength(3)
      // Attributes stay closed.
      expect(textOf(page)).not.toContain(' onmouseover="')
    }
  })

  it('are in the data as they are', () => {
    expect(dataOf(pages[0] ?? '')).toMatchObject({ symbols: [{ name: hostile }, { name: 'EURUSD' }] })
  })
})

describe('the policy of the page', () => {
  const page = htmlReport(result)
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? ''

  it('allows its own scripts alone', () => {
    const hashes = scriptsOf(page).map(
      code => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    )
    expect(hashes).toHaveLength(2)
    expect(policy).toContain(`script-src ${hashes.join(' ')};`)
  })

  it('allows no requests', () => {
    expect(policy).toMatch(/^default-src 'none';/)
    expect(policy).not.toMatch(/https?:|connect-src|\*/)
    expect(textOf(page)).not.toMatch(/ (?:src|href)=| on[a-z]+=/)
  })
})

describe('what is no result', () => {
  it.each([
    ['result', { kind: 'progress', progress: 1 }, {}],
    ['result', undefined, {}],
    ['name', result, { name: 'x' }],
  ])('is refused: %s', (option, given, options: object) => {
    expect(() => htmlReport(given as never, options)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })
})
