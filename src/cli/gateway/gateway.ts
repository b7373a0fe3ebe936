import { mkdirSync } from 'node:fs'
import {
  catchError,
  combineLatest,
  defer,
  endWith,
  map,
  mergeMap,
  of,
  take,
  takeUntil,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { createGateway } from '../../gateway'
import type { Gateway } from '../../gateway'
import { webSocketConnect } from '../../index'
import type { Log } from '../../index'
import { encryptedGrants, fileJournal, fileRights, oauthRoutes, serveGateway } from '../../node'
import type { ServeGatewayOptions } from '../../node'
import { omitUndefined } from '../../util/omitUndefined'
import type { CommonOptions, Run } from '../definition'
import { Failed, Mistake, result } from '../outcome'
import type { Outcome } from '../outcome'
import { logTo } from '../session/logTo'
import { listenFailure } from '../testing/listening'
import { readConfig } from './config'
import type { GatewayConfig, MetricsConfig } from './configTypes'
import { createDemo } from './demo'
import { fileAudit } from './fileAudit'
import { serveMetrics } from './metrics'
import { loadSessions } from './sessions'
import { configWelcome, demoWelcome } from './welcome'

export interface GatewayCommandOptions extends CommonOptions {
  readonly config?: string
  readonly demo?: boolean
  readonly port?: number
  readonly origin?: readonly string[]
}

interface Prepared {
  readonly gateway: Gateway
  readonly options: ServeGatewayOptions
  readonly metrics?: MetricsConfig | undefined
}

/** A server that runs for weeks writes what goes wrong, and all the rest only where it is wanted. */
const serverLog =
  (log: Log, isLogged: boolean): Log =>
  (level, event, fields) => {
    if (isLogged || level !== 'info') log(level, event, fields)
  }

/** The gateway of a configuration. */
const prepare = (config: GatewayConfig, log: Log): Prepared => {
  const { application, feeds, host, limits, origins, path, port, tls, cookie, trustProxy } = config
  const grants = encryptedGrants(config.grants.folder, config.grants.keys)
  const rights = config.rights === undefined ? undefined : fileRights(config.rights)
  const { authenticate, entitle = rights?.entitle } = loadSessions(config.sessions)
  if (!entitle)
    throw new Mistake(`rights is missing in ${config.file}, or entitle in its module of sessions.`)
  if (config.oauth && !rights) throw new Mistake(`oauth in ${config.file} needs rights.`)
  const audit = config.audit === undefined ? undefined : fileAudit(config.audit)
  const { journal } = config
  if (journal !== undefined) mkdirSync(journal, { recursive: true, mode: 0o700 })
  const lines = config.lines?.map(({ name, environment, server }) => ({
    name,
    environment,
    ...(server !== undefined && { connect: webSocketConnect(server) }),
  }))
  const gateway = createGateway({
    application,
    origins,
    grants,
    authenticate,
    entitle,
    log,
    feedOf: ({ accountId }) => feeds.get(accountId),
    ...omitUndefined({ lines, limits, audit }),
    ...(journal !== undefined && { journal: accountId => fileJournal(`${journal}/${accountId}.jsonl`) }),
  })
  const oauth =
    config.oauth && rights
      ? oauthRoutes({ ...config.oauth, application, grants, rights, log, ...omitUndefined({ audit }) })
      : undefined
  const { connectionsPerAddress, metrics } = config
  return {
    gateway,
    metrics,
    options: {
      port,
      ...omitUndefined({ host, path, tls, cookie, trustProxy, connectionsPerAddress, oauth }),
    },
  }
}

/** A port that cannot be used is explained. */
const listenError =
  ({ host = '127.0.0.1', port }: Pick<MetricsConfig, 'host' | 'port'>) =>
  (error: unknown): Observable<never> =>
    throwError(() =>
      'syscall' in (Object(error) as object) ? new Failed(listenFailure(error, host, port)) : error,
    )

const serve = (
  { gateway, metrics, options }: Prepared,
  stop$: Observable<unknown>,
  welcome: (url: string, metricsUrl?: string) => { readonly json: object; readonly text: string },
): Observable<Outcome> =>
  combineLatest([
    serveGateway(gateway, options).pipe(catchError(listenError(options))),
    metrics ? serveMetrics(gateway, metrics).pipe(catchError(listenError(metrics))) : of(undefined),
  ]).pipe(
    map(([{ url }, measured]) => {
      const { json, text } = welcome(url, measured?.url)
      return result({ url, ...json }, text)
    }),
    takeUntil(
      stop$.pipe(
        take(1),
        mergeMap(() => gateway.close().pipe(endWith(undefined))),
      ),
    ),
  )

/** Serves a gateway until the end. */
export const gateway: Run<GatewayCommandOptions> = (_, given, { isLogged, terminal }) =>
  defer(() => {
    const { config, demo = false, origin = [], port } = given
    if (demo === (config !== undefined))
      throw new Mistake('Give --config with a file, or --demo to try it without one.')
    if (config === undefined) {
      const town = createDemo(origin)
      const options = { port: port ?? 8080, cookie: town.cookie, oauth: town.pages }
      return serve({ gateway: town.gateway, options }, terminal.stop$, demoWelcome)
    }
    if (origin.length > 0) throw new Mistake('--origin is for --demo: the file has the origins.')
    const read = readConfig(config, terminal.folder, terminal.env)
    const prepared = prepare({ ...read, port: port ?? read.port }, serverLog(logTo(terminal.err), isLogged))
    return serve(prepared, terminal.stop$, configWelcome(read))
  })
