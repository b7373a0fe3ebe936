import { Worker } from 'node:worker_threads'
import { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { RunEvent, RunOptions, SharedOptions } from '../../backtest/sweep/runner'
import type { ThreadData, ThreadEvent } from './messages'

/** Threads that run the same strategy over the same history. */
export interface ThreadPool {
  /** Errors if the thread ends, or cannot run the strategy. */
  readonly run: (options: RunOptions<object>) => Observable<RunEvent>
  readonly close: () => void
}

/**
 * What a thread runs. It takes the copy of this package that the strategy has, because there must be one RxJS with one
 * time. It is an ES module, because for those Node applies `--import` in a thread.
 */
const ENTRY = `
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { workerData } from 'node:worker_threads'
const require = createRequire(workerData.module)
require(join(dirname(require.resolve('rx-ctrader/node')), 'threads', 'worker'))
`
const entry = new URL(`data:text/javascript,${encodeURIComponent(ENTRY)}`)

const startThread = (data: ThreadData): Worker => {
  try {
    return new Worker(entry, { workerData: data })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'DataCloneError')) throw error
    throw invalidOption('options', `cannot be sent to a thread: ${error.message}`)
  }
}

/** One run on a thread that has no other. */
const runOn = (worker: Worker, options: RunOptions<object>): Observable<RunEvent> =>
  new Observable(subscriber => {
    const onMessage = (event: ThreadEvent): void => {
      if (event.kind === 'unusable') {
        subscriber.error(invalidOption(event.option, event.detail))
        return
      }
      subscriber.next(event)
      if (event.kind !== 'progress') subscriber.complete()
    }
    const onError = (error: Error): void => {
      subscriber.error(error)
    }
    const onExit = (code: number): void => {
      subscriber.error(invalidOption('strategy', `has ended its thread with code ${code}`))
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    subscriber.add(() => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    })
    try {
      worker.postMessage(options)
    } catch (error) {
      subscriber.error(invalidOption('params', `cannot be sent to a thread: ${String(error)}`))
    }
  })

/** Starts a thread when a run needs one and all others are busy. */
export const createThreadPool = (module: string, exportName: string, shared: SharedOptions): ThreadPool => {
  const workers: Worker[] = []
  const idle: Worker[] = []
  const startOne = (): Worker => {
    const worker = startThread({ module, exportName, shared })
    // Without a run nothing listens, and an error without a listener would end the process.
    worker.on('error', () => undefined)
    workers.push(worker)
    return worker
  }
  return {
    run: options =>
      new Observable(subscriber => {
        const worker = idle.pop() ?? startOne()
        subscriber.add(
          runOn(worker, options).subscribe({
            next: event => {
              subscriber.next(event)
            },
            error: (error: unknown) => {
              subscriber.error(error)
            },
            complete: () => {
              idle.push(worker)
              subscriber.complete()
            },
          }),
        )
      }),
    close: () => {
      for (const worker of workers) void worker.terminate()
    },
  }
}
