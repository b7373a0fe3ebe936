import { EMPTY, concat, defer, from, ignoreElements, map, merge, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { createEdge, createGateway, createOwners } from '../../gateway'
import type { Gateway, LineOwnerOptions, Owners, PeerOptions, SharedLineOptions } from '../../gateway'
import { webSocketConnect } from '../../index'
import type { Log } from '../../index'
import { encryptedGrants, fileJournal, fileRights, oauthRoutes, serveGateway } from '../../node'
import type { FileRights, OAuthRoutes, ServeGatewayOptions } from '../../node'
import { omitUndefined } from '../../util/omitUndefined'
import { Mistake } from '../outcome'
import type { GatewayConfig, MetricsConfig } from './config/configTypes'
import { withPrefix, requireFolder, requireLogFile } from './config/usable'
import { fileAudit } from './fileAudit'
import { openNats } from './nats'
import type { NatsParts } from './nats'
import { serveHealth } from './http/serveHealth'
import { loadSessions } from './sessions'

/** What a process serves. */
export interface Served {
  /** Serves while subscribed. Emits the address. */
  readonly serve$: Observable<{ readonly url: string }>
  readonly watched: Gateway | Owners
  readonly place: { readonly port: number; readonly host?: string | undefined }
  readonly metrics?: MetricsConfig | undefined
  /** Ends it, when subscribed. */
  readonly close: () => Observable<never>
}

/** A gateway behind a port. */
export const serveAtPort = (gateway: Gateway, options: ServeGatewayOptions): Served => ({
  serve$: serveGateway(gateway, options),
  watched: gateway,
  place: options,
  close: gateway.close,
})

interface Peers {
  readonly options: PeerOptions
  readonly rights: FileRights | undefined
}

/** What an edge needs. Mistakes in it are found before anything is opened. */
const readPeers = (config: GatewayConfig, log: Log): Peers | undefined => {
  const { origins, sessions } = config
  if (!origins || sessions === undefined) return undefined
  const rights = config.rights === undefined ? undefined : fileRights(config.rights)
  const { authenticate, entitle = rights?.entitle } = loadSessions(sessions)
  if (!entitle)
    throw new Mistake(`rights is missing in ${config.file}, or entitle in its module of sessions.`)
  if (config.oauth && !rights) throw new Mistake(`oauth in ${config.file} needs rights.`)
  const { audit, limits } = config
  if (audit && audit !== 'nats') requireLogFile(`audit in ${config.file}`, audit.file)
  return { rights, options: { origins, authenticate, entitle, log, ...omitUndefined({ limits }) } }
}

type Audit = (entry: object) => unknown

/** What is awaited before an order leaves, or a consent counts. */
const createAudit = ({ audit }: GatewayConfig, nats: NatsParts | undefined): Audit | undefined =>
  audit === 'nats' ? nats?.audit() : audit && fileAudit(audit.file)

/** What an owner needs. */
const readLineOwner = (config: GatewayConfig, log: Log, nats: NatsParts | undefined) => {
  const { application, feeds, grants: kept, journal, maxLines } = config
  if (!application || !kept) return undefined
  const { folder, keys } = kept
  if (folder !== undefined) requireFolder(`grants.folder in ${config.file}`, folder)
  if (journal !== undefined) requireFolder(`journal in ${config.file}`, journal)
  const grants = withPrefix('grants.', () =>
    nats && folder === undefined ? nats.grants(keys) : encryptedGrants(folder ?? '', keys),
  )
  const lines = config.lines?.map(({ name, environment, server }) => ({
    name,
    environment,
    ...(server !== undefined && { connect: webSocketConnect(server) }),
  }))
  const options: LineOwnerOptions & SharedLineOptions = {
    application,
    grants,
    log,
    feedOf: ({ accountId }) => feeds.get(accountId),
    ...omitUndefined({ lines, maxLines }),
    ...(journal !== undefined && { journal: accountId => fileJournal(`${journal}/${accountId}.jsonl`) }),
  }
  return { application, grants, options }
}

type LineOwner = NonNullable<ReturnType<typeof readLineOwner>>

const createRoutes = (
  { oauth }: GatewayConfig,
  { application, grants }: LineOwner,
  { options: { log }, rights }: Peers,
  audit: Audit | undefined,
): OAuthRoutes | undefined =>
  oauth && rights
    ? withPrefix('oauth.', () =>
        oauthRoutes({ ...oauth, application, grants, rights, ...omitUndefined({ audit, log }) }),
      )
    : undefined

const create = (
  config: GatewayConfig,
  log: Log,
  given: Peers | undefined,
  nats: NatsParts | undefined,
): Served => {
  const { connectionsPerAddress, cookie, host, path, port, tls, trustProxy } = config
  const place = { port, host }
  const owner = readLineOwner(config, log, nats)
  if (owner && !given && nats) {
    const owners = createOwners({ ...owner.options, bus: nats.bus })
    return { serve$: serveHealth(owners, place), watched: owners, place, close: owners.close }
  }
  if (!given) throw new Mistake(`There is nothing to serve in ${config.file}.`)
  const audit = createAudit(config, nats)
  const peers = { ...given.options, ...omitUndefined({ audit }) }
  const oauth = owner && createRoutes(config, owner, given, audit)
  const shown = omitUndefined({ host, path, tls, cookie, trustProxy, connectionsPerAddress, oauth })
  const options = { port, ...shown }
  if (!nats && owner) return serveAtPort(createGateway({ ...peers, ...owner.options }), options)
  if (!nats) throw new Mistake(`An edge needs nats in ${config.file}.`)
  const { bus, serveBusLines } = nats
  const gateway = owner ? createGateway({ ...peers, ...owner.options, bus }) : createEdge({ ...peers, bus })
  const served = serveAtPort(gateway, options)
  return { ...served, serve$: merge(served.serve$, serveBusLines(gateway, bus)) }
}

/** What a configuration says. It connects to NATS if that is in it. */
export const prepare = (config: GatewayConfig, log: Log): Observable<Served> =>
  defer(() => {
    const peers = readPeers(config, log)
    const parts$: Observable<NatsParts | undefined> = config.nats ? openNats(config.nats, log) : of(undefined)
    return parts$.pipe(
      map(nats => {
        const served = { ...create(config, log, peers, nats), metrics: config.metrics }
        const disconnect$ = nats ? defer(() => from(nats.close())).pipe(ignoreElements()) : EMPTY
        return { ...served, close: () => concat(served.close(), disconnect$) }
      }),
    )
  })
