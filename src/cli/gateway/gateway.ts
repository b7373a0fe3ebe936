import { mkdirSync } from 'node:fs'
import { catchError, defer, finalize, map, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { createGateway } from '../../gateway'
import type { Gateway } from '../../gateway'
import { webSocketConnect } from '../../index'
import { encryptedGrants, fileJournal, fileRights, oauthRoutes, serveGateway } from '../../node'
import type { ServeGatewayOptions } from '../../node'
import { omitUndefined } from '../../util/omitUndefined'
import type { CommonOptions, Run } from '../definition'
import { Failed, Mistake, result } from '../outcome'
import type { Outcome } from '../outcome'
import { listenFailure } from '../testing/listening'
import { readConfig } from './config'
import type { GatewayConfig } from './configTypes'
import { createDemo } from './demo'
import { fileAudit } from './fileAudit'
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
}

/** The gateway of a configuration. */
const prepare = (config: GatewayConfig): Prepared => {
  const { application, host, limits, origins, path, port, tls, cookie, trustProxy } = config
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
    ...omitUndefined({ lines, limits, audit }),
    ...(journal !== undefined && { journal: accountId => fileJournal(`${journal}/${accountId}.jsonl`) }),
  })
  const oauth =
    config.oauth && rights
      ? oauthRoutes({ ...config.oauth, application, grants, rights, ...omitUndefined({ audit }) })
      : undefined
  return { gateway, options: { port, ...omitUndefined({ host, path, tls, cookie, trustProxy, oauth }) } }
}

const end = (gateway: Gateway): void => {
  gateway.close().subscribe()
}

const serve = (
  { gateway, options }: Prepared,
  welcome: (url: string) => { readonly json: object; readonly text: string },
): Observable<Outcome> =>
  serveGateway(gateway, options).pipe(
    map(({ url }) => {
      const { json, text } = welcome(url)
      return result({ url, ...json }, text)
    }),
    catchError((error: unknown) =>
      throwError(() => {
        const { host = '127.0.0.1', port } = options
        return 'syscall' in (Object(error) as object) ? new Failed(listenFailure(error, host, port)) : error
      }),
    ),
    finalize(() => {
      end(gateway)
    }),
  )

/** Serves a gateway until the end. */
export const gateway: Run<GatewayCommandOptions> = (_, given, { terminal }) =>
  defer(() => {
    const { config, demo = false, origin = [], port } = given
    if (demo === (config !== undefined))
      throw new Mistake('Give --config with a file, or --demo to try it without one.')
    if (config === undefined) {
      const town = createDemo(origin)
      const options = { port: port ?? 8080, cookie: town.cookie, oauth: town.pages }
      return serve({ gateway: town.gateway, options }, demoWelcome)
    }
    if (origin.length > 0) throw new Mistake('--origin is for --demo: the file has the origins.')
    const read = readConfig(config, terminal.folder, terminal.env)
    const prepared = prepare({ ...read, port: port ?? read.port })
    return serve(prepared, configWelcome(read))
  })
