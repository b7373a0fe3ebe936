import { catchError, defer, map, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { isLoopback } from '../../node/simulate/access'
import { serveSimulator } from '../../node/simulate/serve'
import { createSimulator } from '../../simulator'
import { omitUndefined } from '../../util/omitUndefined'
import type { CommonOptions, Run } from '../definition'
import { Failed, result } from '../outcome'
import { demoCredentials, welcome } from './welcome'

export interface SimulateOptions extends CommonOptions {
  readonly port?: number
  readonly host?: string
  readonly seed?: number
  readonly speed?: number
  /** The market's time at the start, in ms since the epoch. Default: now. */
  readonly start?: number
  readonly control?: boolean
  readonly allowOrigin?: readonly string[]
  readonly allowHost?: readonly string[]
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

const why = (error: unknown, host: string, port: number): string => {
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

/** Serves a simulator until the end. Tells its address and its credentials when it listens. */
const serve = (options: SimulateOptions): Observable<{ readonly json: object; readonly text: string }> => {
  const { port = 5036, host = '127.0.0.1', seed = 1, speed = 1, start, allowOrigin, allowHost } = options
  const control = options.control ?? loopback.has(host)
  const broker = createSimulator({ seed, speed, ...omitUndefined({ start }) })
  const access = omitUndefined({ allowOrigins: allowOrigin, allowHosts: allowHost })
  return serveSimulator(broker, { port, host, control, ...access }).pipe(
    map(({ url }) => ({
      json: { url, credentials: demoCredentials(url) },
      text: welcome(url, { seed, speed, host, control, isOpen: !isLoopback(host) }),
    })),
    catchError((error: unknown) => throwError(() => new Failed(why(error, host, port)))),
  )
}

/** Serves a simulator until the end. */
export const simulate: Run<SimulateOptions> = (_, options) =>
  defer(() => serve(options)).pipe(map(({ json, text }) => result(json, text)))
