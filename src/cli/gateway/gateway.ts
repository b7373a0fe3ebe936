import {
  catchError,
  combineLatest,
  defer,
  endWith,
  map,
  mergeMap,
  of,
  switchMap,
  take,
  takeUntil,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Log } from '../../index'
import type { CommonOptions, Run } from '../definition'
import { Failed, Mistake, result } from '../outcome'
import type { Outcome } from '../outcome'
import { logTo } from '../session/logTo'
import { listenFailure } from '../testing/listening'
import { DEFAULT_PORT, readConfig } from './config/readConfig'
import { createDemo } from './demo/demo'
import { serveMetrics } from './http/metrics'
import { prepare, serveAtPort } from './prepare'
import type { Served } from './prepare'
import { configWelcome, demoWelcome } from './welcome'

export interface GatewayCommandOptions extends CommonOptions {
  readonly config?: string
  readonly demo?: boolean
  readonly port?: number
  readonly role?: string
  readonly nats?: string
  readonly origin?: readonly string[]
}

/** A server that runs for weeks writes what goes wrong, and all the rest only where it is wanted. */
const serverLog =
  (log: Log, isLogged: boolean): Log =>
  (level, event, fields) => {
    if (isLogged || level !== 'info') log(level, event, fields)
  }

/** What the system says of a host that it cannot listen at. */
const OF_THE_HOST: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAI_AGAIN', 'ENOTFOUND'])

/** A port that cannot be used is explained. */
const listenError =
  ({ host = '127.0.0.1', port }: Served['place']) =>
  (error: unknown): Observable<never> =>
    throwError(() => {
      const { code, syscall } = Object(error) as Partial<NodeJS.ErrnoException>
      if (syscall === undefined) return error
      const text = listenFailure(error, host, port)
      return code !== undefined && OF_THE_HOST.has(code) ? new Mistake(`host: ${text}`) : new Failed(text)
    })

/** Serves until the user wants an end, and then ends what was served. */
const serve = (
  { close, metrics, place, serve$, watched }: Served,
  stop$: Observable<unknown>,
  welcome: (url: string, metricsUrl?: string) => { readonly json: object; readonly text: string },
): Observable<Outcome> =>
  combineLatest([
    serve$.pipe(catchError(listenError(place))),
    metrics ? serveMetrics(watched, metrics).pipe(catchError(listenError(metrics))) : of(undefined),
  ]).pipe(
    map(([{ url }, measured]) => {
      const { json, text } = welcome(url, measured?.url)
      return result({ url, ...json }, text)
    }),
    takeUntil(
      stop$.pipe(
        take(1),
        mergeMap(() => close().pipe(endWith(undefined))),
      ),
    ),
  )

/** Serves a gateway until the end. */
export const gateway: Run<GatewayCommandOptions> = (_, given, { isLogged, terminal }) =>
  defer(() => {
    const { config, demo = false, nats, origin = [], port, role } = given
    if (demo === (config !== undefined))
      throw new Mistake('Give --config with a file, or --demo to try it without one.')
    if (config === undefined) {
      if (role !== undefined || nats !== undefined)
        throw new Mistake('--role and --nats need --config with a file.')
      const town = createDemo(origin)
      const options = { port: port ?? DEFAULT_PORT, cookie: town.cookie, oauth: town.pages }
      return serve(serveAtPort(town.gateway, options), terminal.stop$, demoWelcome)
    }
    if (origin.length > 0) throw new Mistake('--origin is for --demo: the file has the origins.')
    const read = readConfig(config, terminal.folder, terminal.env, { nats, role })
    const log = serverLog(logTo(terminal.err), isLogged)
    return prepare({ ...read, port: port ?? read.port }, log).pipe(
      switchMap(served => serve(served, terminal.stop$, configWelcome(read))),
    )
  })
