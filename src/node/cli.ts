#!/usr/bin/env node
import { fromEvent, merge, takeUntil } from 'rxjs'
import { readCommand, simulate, usage } from './simulate'
import type { SimulateOptions } from './simulate'

const why = (error: unknown, { host, port }: SimulateOptions): string => {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use: try another --port, or --port 0 for a free one.`
    case 'EACCES':
      return `Port ${port} of ${host} is not allowed to you: try another --port.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine.`
    default:
      return message
  }
}

const serve = (options: SimulateOptions): void => {
  // npm sends the interrupt of the terminal a second time: it must not end what the first is ending cleanly.
  const stop$ = merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'))
  process.on('SIGINT', () => undefined)
  simulate(options)
    .pipe(takeUntil(stop$))
    .subscribe({
      next: greeting => {
        console.log(greeting)
      },
      error: (error: unknown) => {
        console.error(why(error, options))
        process.exitCode = 1
      },
    })
}

const command = readCommand(process.argv.slice(2))
switch (command.kind) {
  case 'help':
    console.log(usage)
    break
  case 'mistake':
    console.error(`${command.detail}\n\n${usage}`)
    process.exitCode = 2
    break
  case 'simulate':
    serve(command.options)
}
