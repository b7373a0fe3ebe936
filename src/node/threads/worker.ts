import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { errorMessage } from '../../errors'
import { localRunner } from '../../backtest/sweep/runner'
import type { Strategy } from '../../backtest/strategy'
import type { ThreadData, ThreadEvent, ThreadRequest } from './messages'

const say = (event: ThreadEvent): void => {
  parentPort?.postMessage(event)
}

/** The strategy of a module. `default` of an ES module may be that of its CommonJS. */
const exported = (module: string, name: string): unknown => {
  const names = createRequire(module)(module) as Readonly<Record<string, unknown>> | undefined
  return names?.[name] ?? (name === 'default' ? names : undefined)
}

/** Runs what the parent asks for, one run at a time. */
const serve = ({ module, exportName, shared }: ThreadData): void => {
  let strategy: unknown
  try {
    strategy = exported(module, exportName)
  } catch (error) {
    say({ kind: 'unusable', option: 'url', detail: `${module} cannot be loaded: ${errorMessage(error)}` })
    return
  }
  if (typeof strategy !== 'function') {
    say({ kind: 'unusable', option: 'export', detail: `${exportName} is not a function of ${module}` })
    return
  }
  const runner = localRunner(strategy as Strategy, shared)
  parentPort?.on('message', (options: ThreadRequest) => {
    runner.run(options).subscribe(say)
  })
}

serve(workerData as ThreadData)
