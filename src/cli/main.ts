#!/usr/bin/env node
import { homedir } from 'node:os'
import { fromEvent, merge } from 'rxjs'
import { ask } from './ask'
import { openBrowser } from './browser'
import { run } from './run'

/** How long what is still open may keep the process, in ms. */
const LONGEST_END = 3_000

const { stdin, stdout, stderr } = process

// The reader of the pipe has left, as `head` does after some lines.
stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  process.exit(code === 'EPIPE' ? 0 : 1)
})

// npm sends the interrupt of the terminal a second time. It must not end what the first one is ending cleanly.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const
for (const signal of signals) process.on(signal, () => undefined)

const size = () =>
  stdout.isTTY && stdout.columns > 0 && stdout.rows > 0
    ? { columns: stdout.columns, rows: stdout.rows }
    : undefined

void run(process.argv.slice(2), {
  out: text => stdout.write(text),
  err: text => stderr.write(text),
  size,
  ...(stdin.isTTY && { ask: ask(stdin, stderr) }),
  open: openBrowser,
  stop$: merge(...signals.map(signal => fromEvent(process, signal))),
  env: process.env,
  folder: process.cwd(),
  home: homedir(),
  platform: process.platform,
}).then(code => {
  process.exitCode = code
  setTimeout(() => process.exit(), LONGEST_END).unref()
})
