/** What two threads gain in a sweep, beside what they gain in a plain loop: other programs may need the processors. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { lastValueFrom } from 'rxjs'
import { sweep } from 'rx-ctrader/backtest'
import type { Strategy, StrategyThreads } from 'rx-ctrader/backtest'
import { workerThreads } from 'rx-ctrader/node'
import { minutesOf, msOf } from './backtestRuns'
import { conclude, median } from './measure'

interface Averages {
  readonly fast: number
  readonly slow: number
}

const ROUNDS = 3
const THREADS = 2
const path = resolve('spec/bench/crossing.mjs')
const bars = minutesOf(40_000)
const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars, spread: 0.0001 }]
const params = { fast: [3, 5, 8, 13], slow: [21, 34] }

/** How long a sweep takes, and how much time of all processors. Both in ms. */
const sweeping = async (strategy: Strategy<Averages> | StrategyThreads) => {
  const before = process.cpuUsage()
  const ms = await msOf(() =>
    lastValueFrom(sweep(strategy, { history, params, account: { balance: 1_000_000 } })),
  )
  const { user, system } = process.cpuUsage(before)
  return { ms, work: (user + system) / 1_000 }
}

const LOOP = `
let sum = 0
for (let i = 0; i < 400_000_000; i += 1) sum = (sum + i) | 0
require('node:worker_threads').parentPort.postMessage(sum)
`
const loop = (): Promise<unknown> =>
  new Promise(done => {
    new Worker(LOOP, { eval: true }).once('message', done)
  })
/** How much sooner a plain loop is done twice by two threads than by one. */
const gainOfLoop = async (): Promise<number> => {
  const alone = await msOf(loop)
  return (THREADS * alone) / (await msOf(() => Promise.all(Array.from({ length: THREADS }, loop))))
}

const measureAll = async () => {
  const { crossing } = (await import(pathToFileURL(path).href)) as { crossing: Strategy<Averages> }
  const threads = workerThreads(path, { export: 'crossing', threads: THREADS })
  type Taken = Awaited<ReturnType<typeof sweeping>>
  const rounds: { readonly here: Taken; readonly threads: Taken; readonly loop: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const here = await sweeping(crossing)
    const first = await gainOfLoop()
    const apart = await sweeping(threads)
    rounds.push({ here, threads: apart, loop: (first + (await gainOfLoop())) / 2 })
  }
  const gain = median(rounds.map(round => round.here.ms / round.threads.ms))
  const possible = median(rounds.map(round => round.loop))
  return [
    {
      name: 'a sweep of 320,000 bars, s; on two threads',
      figures: {
        backtest: median(rounds.map(({ here }) => here.ms)) / 1_000,
        threads: median(rounds.map(round => round.threads.ms)) / 1_000,
      },
    },
    {
      name: 'time of processors, s',
      figures: {
        backtest: median(rounds.map(({ here }) => here.work)) / 1_000,
        threads: median(rounds.map(round => round.threads.work)) / 1_000,
      },
    },
    { name: 'what two threads gain', figures: { sweep: gain, 'plain loop': possible } },
    {
      name: 'gain of a sweep / gain of a plain loop, which is 2 on two idle processors',
      figures: {},
      bounded: {
        value: median(rounds.map(round => round.here.ms / round.threads.ms / round.loop)),
        atLeast: 0.75,
      },
    },
  ]
}

void measureAll().then(rows => conclude('a sweep on threads, median of three rounds', 'ratio', rows))
