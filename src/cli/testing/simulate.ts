import { catchError, defer, map, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { isLoopback } from '../../node/http/loopback'
import { serveSimulator } from '../../node/simulate/serve'
import { createSimulator } from '../../simulator'
import type { SimulatorOptions } from '../../simulator'
import { omitUndefined } from '../../util/omitUndefined'
import type { CommonOptions, Run } from '../definition'
import { Failed, result } from '../outcome'
import type { Outcome } from '../outcome'
import { listenFailure } from './listening'
import { readSimulatorFiles } from './simulatorFiles'
import type { SimulatorFiles } from './simulatorFiles'
import { simulatorCredentials, welcome } from './welcome'

export interface SimulateOptions extends CommonOptions, SimulatorFiles {
  readonly port?: number
  readonly host?: string
  readonly seed?: number
  readonly speed?: number
  /** The market's time at the start, in ms since the epoch. Default: now. */
  readonly start?: number
  readonly control?: boolean
  readonly consent?: boolean
  readonly allowOrigin?: readonly string[]
  readonly allowHost?: readonly string[]
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/** Serves a simulator until the end. The result has its address and its credentials. */
const serve = (options: SimulateOptions, files: Partial<SimulatorOptions>): Observable<Outcome> => {
  const { port = 5036, host = '127.0.0.1', seed = 1, speed = 1, start, allowOrigin, allowHost } = options
  const isOwn = loopback.has(host)
  const { control = isOwn, consent = isOwn } = options
  const broker = createSimulator({ seed, speed, ...omitUndefined({ start }), ...files })
  const access = omitUndefined({ allowOrigins: allowOrigin, allowHosts: allowHost })
  return serveSimulator(broker, { port, host, control, consent, ...access }).pipe(
    map(({ url }) => {
      const credentials = simulatorCredentials(url, files)
      const welcomed = { seed, speed, host, control, consent, isOpen: !isLoopback(host), credentials }
      return result({ url, credentials }, welcome(url, welcomed))
    }),
    catchError((error: unknown) => throwError(() => new Failed(listenFailure(error, host, port)))),
  )
}

/** Serves a simulator until the end. */
export const simulate: Run<SimulateOptions> = (_, options, { terminal }) =>
  defer(() => readSimulatorFiles(options, terminal.folder)).pipe(switchMap(files => serve(options, files)))
