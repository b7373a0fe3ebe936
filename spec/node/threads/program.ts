// Does what its argument says, and writes what came of it. Started with a loader for TypeScript.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BroadcastChannel } from 'node:worker_threads'
import { lastValueFrom } from 'rxjs'
import { sweep } from 'rx-ctrader/backtest'
import type { HistoryBar, SweepEvent, SweepOptions } from 'rx-ctrader/backtest'
import { workerThreads } from 'rx-ctrader/node'
import { bet } from './strategies'
import type { Bet } from './strategies'

const path = join(__dirname, 'strategies.ts')
const HOUR = 3_600_000
const START = Date.UTC(2025, 0, 6, 10)

/** Four hours of a wave. */
const bars = Array.from({ length: 240 }, (_, minute): HistoryBar => {
  const [open, close] = [minute, minute + 1].map(n => Number((1.1 + 0.004 * Math.sin(n / 40)).toFixed(5)))
  if (open === undefined || close === undefined) throw new Error('no prices')
  return {
    timestamp: START + minute * 60_000,
    open,
    high: Math.max(open, close),
    low: Math.min(open, close),
    close,
  }
})

const spread = ({ open }: HistoryBar): number => (open > 1.1 ? 0.0002 : 0.0001)

const options: SweepOptions<Bet> = {
  history: [{ symbol: 'EURUSD', period: 'M1', bars, spread }],
  params: { side: ['buy', 'sell'], volume: [1_000, 2_000, 5_000, 10_000] },
  by: 'net',
  walkForward: { train: HOUR, test: HOUR },
}

const write = (what: unknown): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}
const resultOf = async (run$: ReturnType<typeof sweep<Bet>>) => {
  try {
    return (await lastValueFrom(run$)) as SweepEvent<unknown>
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(__dirname, '.') : error
  }
}

const acts: Readonly<Record<string, () => unknown>> = {
  same: async () => {
    write(await resultOf(sweep(bet, options)))
    write(await resultOf(sweep(workerThreads(path, { threads: 1 }), options)))
    write(await resultOf(sweep(workerThreads(pathToFileURL(path), { export: 'bet', threads: 3 }), options)))
    write(await resultOf(sweep(workerThreads(pathToFileURL(path).href), options)))
  },
  reads: async () => {
    let reads = 0
    const counted = (bar: HistoryBar): number => {
      reads += 1
      return spread(bar)
    }
    const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars, spread: counted }]
    // The jump is in each run, and in no other.
    const faults = [{ at: START + 30 * 60_000, fault: { kind: 'gap' as const, symbolId: 1, by: 1_000 } }]
    write(await resultOf(sweep(workerThreads(path, { threads: 2 }), { ...options, history, faults })))
    write(reads)
    write(await resultOf(sweep(bet, { ...options, faults })))
  },
  errors: async () => {
    const few = { ...options, params: { side: ['buy' as const], volume: [1_000] } }
    for (const [module, exported] of [
      [path, 'bet'],
      [path, 'number'],
      [path, 'nothing'],
      [path, 'leaver'],
      [join(__dirname, 'missing.ts'), 'bet'],
    ] as const)
      write(await resultOf(sweep(workerThreads(module, { export: exported, threads: 2 }), few)))
    const faulty = { ...few, params: { side: [() => 'buy'], volume: [1_000] } } as never
    write(await resultOf(sweep(workerThreads(path), faulty)))
  },
  // The process ends only if the threads are ended: they never give a turn back.
  end: () => {
    const begun = new BroadcastChannel('begun')
    const subscription = sweep(workerThreads(path, { export: 'endless', threads: 2 }), options).subscribe()
    begun.onmessage = () => {
      begun.close()
      subscription.unsubscribe()
      write('unsubscribed')
    }
  },
}

void acts[process.argv[2] ?? '']?.()
