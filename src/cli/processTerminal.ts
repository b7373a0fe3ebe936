import { homedir } from 'node:os'
import { fromEvent, merge } from 'rxjs'
import { ask } from './ask'
import { openBrowser } from './browser'
import type { Terminal } from './terminal'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const

/** The terminal of this process. */
export const processTerminal = (output: Pick<Terminal, 'err' | 'out' | 'size'>): Terminal => {
  const { stdin, stderr } = process
  // npm sends the interrupt of the terminal a second time. It must not end what the first one is ending cleanly.
  for (const signal of signals) process.on(signal, () => undefined)
  return {
    ...output,
    ...(stdin.isTTY && { ask: ask(stdin, stderr) }),
    open: openBrowser,
    stop$: merge(...signals.map(signal => fromEvent(process, signal))),
    env: process.env,
    folder: process.cwd(),
    home: homedir(),
    platform: process.platform,
  }
}
