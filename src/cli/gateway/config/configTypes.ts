import type { GatewayOptions } from '../../../gateway'
import type { Application, GrantKey, OAuthRoutesOptions, ServeGatewayOptions } from '../../../node'

import type { Role } from './roles'

/** One line to cTrader, in the file. */
export interface LineConfig {
  readonly name: string
  readonly environment: 'demo' | 'live'
  /** The address of another server, such as a simulator. */
  readonly server?: string
}

/** Where the metrics are served, in the file. */
export interface MetricsConfig {
  /** 0 means any free port. Prometheus expects 9464. */
  readonly port: number
  /** Default 127.0.0.1, for this machine only. */
  readonly host?: string | undefined
}

/** Where the audit is, with a whole path. */
export type AuditConfig = 'nats' | { readonly file: string }

/** How NATS is reached, with whole paths. */
export interface NatsConfig {
  /** The addresses of one server or more, without passwords. */
  readonly servers: readonly string[]
  readonly prefix: string
  readonly replicas: number
  /** The file of a user's credentials, and that of the authority that has signed the servers' certificates. */
  readonly credentials: string | undefined
  readonly ca: string | undefined
}

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined }

/** The configuration of a gateway, with whole paths. */
export interface GatewayConfig extends Maybe<
  Pick<ServeGatewayOptions, 'connectionsPerAddress' | 'cookie' | 'host' | 'path' | 'tls' | 'trustProxy'>
> {
  readonly file: string
  readonly role: Role
  readonly nats: NatsConfig | undefined
  readonly port: number
  /** Of owners. */
  readonly application: Application | undefined
  /** Of edges. */
  readonly origins: readonly string[] | undefined
  readonly lines: readonly LineConfig[] | undefined
  /** How many of them an owner may hold. */
  readonly maxLines: number | undefined
  /** The feed of each account that shares one. */
  readonly feeds: ReadonlyMap<number, string>
  readonly limits: GatewayOptions['limits']
  /** Of owners. Without a folder, they are at NATS. */
  readonly grants:
    { readonly folder: string | undefined; readonly keys: readonly [GrantKey, ...GrantKey[]] } | undefined
  readonly rights: string | undefined
  readonly journal: string | undefined
  /** Of edges. */
  readonly audit: AuditConfig | undefined
  readonly metrics: MetricsConfig | undefined
  /** The module that finds sessions, of edges. */
  readonly sessions: string | undefined
  readonly oauth:
    Pick<OAuthRoutesOptions, 'authUrl' | 'redirectUri' | 'returnTo' | 'scope' | 'tokenUrl'> | undefined
}
