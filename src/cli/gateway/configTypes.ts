import type { GatewayOptions } from '../../gateway'
import type { Application, GrantKey, OAuthRoutesOptions, ServeGatewayOptions } from '../../node'

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

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined }

/** The configuration of a gateway, with whole paths. */
export interface GatewayConfig extends Maybe<
  Pick<ServeGatewayOptions, 'connectionsPerAddress' | 'cookie' | 'host' | 'path' | 'tls' | 'trustProxy'>
> {
  readonly file: string
  readonly port: number
  readonly application: Application
  readonly origins: readonly string[]
  readonly lines: readonly LineConfig[] | undefined
  /** The feed of each account that shares one. */
  readonly feeds: ReadonlyMap<number, string>
  readonly limits: GatewayOptions['limits']
  readonly grants: { readonly folder: string; readonly keys: readonly [GrantKey, ...GrantKey[]] }
  readonly rights: string | undefined
  readonly journal: string | undefined
  readonly audit: string | undefined
  readonly metrics: MetricsConfig | undefined
  /** The module that finds sessions. */
  readonly sessions: string
  readonly oauth:
    Pick<OAuthRoutesOptions, 'authUrl' | 'redirectUri' | 'returnTo' | 'scope' | 'tokenUrl'> | undefined
}
