import { takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
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
      return `${host} is not an address of this machine.`
    default:
      return message
  }
}

/** The connection between a command and its process. */
export interface Terminal {
  readonly say: (text: string) => void
  readonly complain: (text: string) => void
  /** Emits when the command must end. */
  readonly stop$: Observable<unknown>
  readonly exitWith: (code: number) => void
}

/** Runs the command in the arguments. */
export const runCommand = (args: readonly string[], { say, complain, stop$, exitWith }: Terminal): void => {
  const command = readCommand(args)
  switch (command.kind) {
    case 'help':
      say(usage)
      break
    case 'mistake':
      complain(`${command.detail}\n\n${usage}`)
      exitWith(2)
      break
    case 'simulate':
      simulate(command.options)
        .pipe(takeUntil(stop$))
        .subscribe({
          next: say,
          error: (error: unknown) => {
            complain(why(error, command.options))
            exitWith(1)
          },
        })
  }
}
