import { isAbsolute } from 'node:path'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { StrategyThreads } from '../../backtest/sweep/runner'
import { createThreadPool } from './pool'
import { shareHistory } from './shareHistory'

/** Settings of `workerThreads`. */
export interface WorkerThreadsOptions {
  /** The name under which the module exports the strategy. Default `'default'`. */
  readonly export?: string
  /** How many threads there are at most. Default: as many as the machine can run at a time. */
  readonly threads?: number
}

/** The address of a module: its path, or a `URL` of its file, such as `new URL('./cross.js', import.meta.url)`. */
export type ModuleAddress = string | { readonly href: string }

const pathOf = (url: ModuleAddress): string => {
  const text = typeof url === 'string' ? url : url.href
  if (text.startsWith('file:')) return fileURLToPath(text)
  if (isAbsolute(text)) return text
  throw invalidOption('url', 'must be a file URL or an absolute path')
}

/**
 * A strategy for `sweep` that runs on worker threads. A function cannot be sent to a thread, so this takes the address
 * of the module that exports it. Each thread loads the module. The history is read once, and the threads share it.
 *
 * The threads start when the sweep is subscribed, and end with it. They have the flags of this process, such as
 * `--import tsx` for TypeScript. Throws `InvalidOption` for what is not the address of a file.
 *
 * ```ts
 * const threads = workerThreads('/home/me/strategies/cross.js', { export: 'cross' })
 * const history = [{ symbol: 'EURUSD', ticks: [{ timestamp: Date.UTC(2025, 0, 6), bid: 1.1, ask: 1.1001 }] }]
 * sweep(threads, { history, params: { fast: [3, 5, 8], slow: [20, 50] } })
 * ```
 */
export const workerThreads = (url: ModuleAddress, options: WorkerThreadsOptions = {}): StrategyThreads => {
  checkNames(options, { export: true, threads: true })
  const { export: exportName = 'default', threads = availableParallelism() } = options
  if (!Number.isSafeInteger(threads) || threads < 1)
    throw invalidOption('threads', 'must be a whole number, at least 1')
  if (typeof (exportName as unknown) !== 'string') throw invalidOption('export', 'must be a name')
  const module = pathOf(url)
  return {
    open: (shared, runs) => ({
      concurrency: Math.min(threads, runs),
      ...createThreadPool(module, exportName, {
        ...shared,
        prepared: shared.prepared.map(shareHistory),
      }),
    }),
  }
}
