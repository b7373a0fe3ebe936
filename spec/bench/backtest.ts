/** What a backtest costs: a price, a bar, an order, and how both grow with the history. */
import { filter, lastValueFrom, tap } from 'rxjs'
import { spots } from 'rx-ctrader'
import { backtest } from 'rx-ctrader/backtest'
import type { History } from 'rx-ctrader/backtest'
import { marbles } from 'rx-ctrader/testing'
import { START, minutesOf, msOf, run, trading, watching } from './backtestRuns'
import { conclude, median } from './measure'
import type { Row } from './measure'

const YEAR = 375_000
const ROUNDS = 3
const SYMBOLS = ['EURUSD', 'GBPUSD', 'USDCHF', 'AUDUSD', 'USDCAD', 'NZDUSD', 'EURGBP', 'EURCHF']
const HOUR = 3_600_000

const inTurn = async <T>(measure: () => Promise<T>): Promise<T[]> => {
  const found: T[] = []
  for (let round = 0; round < ROUNDS; round += 1) found.push(await measure())
  return found
}

const ticksOf = (symbol: string, at: number, count: number): History => ({
  symbol,
  ticks: Array.from({ length: count }, (_, i) => {
    const bid = Number((1.1 + ((7 * i + at) % 13) * 0.0001).toFixed(4))
    return { timestamp: START + 1_000 * i + 97 * at, bid, ask: Number((bid + 0.0001).toFixed(4)) }
  }),
})

/** µs for each quote of several symbols, in a backtest. */
const perQuote = async (count: number): Promise<number> => {
  let quotes = 0
  const history = SYMBOLS.map((symbol, i) => ticksOf(symbol, i, count))
  const ms = await msOf(() =>
    lastValueFrom(backtest(account => spots(account, SYMBOLS).pipe(tap(() => (quotes += 1))), { history })),
  )
  return (ms * 1_000) / quotes
}

/** The same in the virtual time of RxJS, with prices that the simulator makes. */
const perMarbleQuote = async (hours: number): Promise<number> => {
  let quotes = 0
  const ms = await msOf(() =>
    Promise.resolve(
      marbles(({ account }) => spots(account, SYMBOLS).subscribe(() => (quotes += 1)), {
        market: 'moving',
        until: hours * HOUR,
        simulator: { latency: 0 },
      }),
    ),
  )
  return (ms * 1_000) / quotes
}

const drawn = (count: number): Promise<number> =>
  msOf(() =>
    Promise.resolve(
      marbles(
        ({ account, broker }) => {
          const letters = Array.from({ length: count }, (_, i) => `59999ms ${i % 2 === 0 ? 'a' : 'b'}`)
          broker.quotes(letters.join(' '), { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.2, ask: 1.2002 } })
          return spots(account, 'EURUSD').subscribe()
        },
        { until: (count + 1) * 60_000 },
      ),
    ),
  )

const growthOf = async (measure: (count: number) => Promise<number>, count: number): Promise<number> =>
  median(await inTurn(async () => (await measure(4 * count)) / (await measure(count)) / 4))

/** How much the heap grows from a quarter of a run to its end, in MB. */
const grown = async (strategy: typeof watching, params?: object): Promise<{ mb: number; trades: number }> => {
  const used = (): number => {
    globalThis.gc?.()
    return process.memoryUsage().heapUsed / 1e6
  }
  let [first, last, trades] = [NaN, NaN, 0]
  const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars: minutesOf(60_000), spread: 0.0001 }]
  await lastValueFrom(
    backtest(strategy, { history, account: { balance: 1_000_000 }, ...(params && { params }) }).pipe(
      tap(event => {
        if (event.kind === 'result') trades = event.trades.length
        else if (Number.isNaN(first) && event.progress > 0.25) first = used()
        else if (Number.isNaN(last) && event.progress > 0.95) last = used()
      }),
      filter(({ kind }) => kind === 'result'),
    ),
  )
  return { mb: last - first, trades }
}

const measureAll = async (): Promise<Row[]> => {
  await perQuote(2_000)
  await perMarbleQuote(0.2)
  const pairs = await inTurn(async () => [await perQuote(20_000), await perMarbleQuote(2)] as const)
  const quote = median(pairs.map(([inBacktest]) => inBacktest))
  const marble = median(pairs.map(([, inMarbles]) => inMarbles))

  const bars = minutesOf(30_000)
  await run(trading, bars.slice(0, 3_000), { every: 20 })
  const quiet = median((await inTurn(() => run(watching, bars))).map(({ ms }) => ms / bars.length))
  const busy = median(
    (await inTurn(() => run(trading, bars, { every: 20 }))).map(({ ms }) => ms / bars.length),
  )
  const flat = await grown(watching)
  const kept = await grown(trading as typeof watching, { every: 20 })

  return [
    {
      name: `a quote of ${SYMBOLS.length} symbols, µs; in RxJS’s virtual time`,
      figures: { backtest: quote, marbles: marble },
      bounded: { value: marble / quote, atLeast: 3 },
    },
    {
      name: 'a year of minutes through candles, s',
      figures: { backtest: (quiet * YEAR) / 1_000 },
      bounded: { value: (quiet * YEAR) / 1_000, atMost: 45 },
    },
    {
      name: 'the same with an order for every 20 bars, s',
      figures: { backtest: (busy * YEAR) / 1_000 },
      bounded: { value: (busy * YEAR) / 1_000, atMost: 60 },
    },
    {
      name: 'four times the ticks, time for each',
      figures: {},
      bounded: { value: await growthOf(async count => (await perQuote(count)) * count, 10_000), atMost: 1.3 },
    },
    {
      name: 'four times the bars, time for each',
      figures: {},
      bounded: {
        value: await growthOf(async count => (await run(watching, minutesOf(count))).ms, 10_000),
        atMost: 1.3,
      },
    },
    {
      name: 'four times the drawn quotes, time for each',
      figures: {},
      bounded: { value: await growthOf(drawn, 1_750), atMost: 1.3 },
    },
    { name: 'heap of 45,000 more bars, MB', figures: {}, bounded: { value: flat.mb, atMost: 3 } },
    {
      name: 'heap of a trade, kB',
      figures: {},
      bounded: { value: (kept.mb * 1_000) / (kept.trades * 0.7), atMost: 10 },
    },
  ]
}

void measureAll().then(rows => conclude('a backtest, median of three rounds', 'ratio or figure', rows))
