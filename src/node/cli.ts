#!/usr/bin/env node
import { fromEvent, merge } from 'rxjs'
import { runCommand } from './simulate/command'

// npm sends the terminal's interrupt a second time. It must not end what the first one is ending cleanly.
process.on('SIGINT', () => undefined)

runCommand(process.argv.slice(2), {
  say: console.log,
  complain: console.error,
  stop$: merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM')),
  exitWith: code => {
    process.exitCode = code
  },
})
