import type { HeartbeatOptions } from '../connection/heartbeat'
import type { LaneOptions } from '../connection/requests/lanes'
import type { RequestOptions } from '../connection/requests/request'
import { invalidOption } from '../errors'
import { checkDuration } from '../options'
import { webSocketConnect } from '../transport/socket'
import type { Connect } from '../transport/socket'
import type { AppCredentials } from './authentication/auth'
import { withFallback, platformWithFallback } from './logging/withFallback'
import type { Environment } from '../errorFields'
import { harmless } from './logging/log'
import type { Log } from './logging/log'
import type { ReconnectOptions } from './reconnecting/reconnectDelay'
import { browserPlatform } from './reconnecting/platform'
import type { Platform } from './reconnecting/platform'
import { randomFraction, sequentialIds } from '../util/random'
import type { GrantOptions } from './authentication/grants/tokens'

/** The settings of a client that have defaults. Each is an option of `createClient`. */
export interface ClientSettings extends HeartbeatOptions, LaneOptions, RequestOptions, ReconnectOptions {
  /** How long the line may take to open, in ms. Default 15 000. */
  readonly connectTimeout: number
  /** After this long authenticated, in ms, a lost line counts as the first one again. Default 60 000. */
  readonly stableAfter: number
  /** Called with what the client does. Default: no log. */
  readonly log: Log
  /**
   * How long the line stays open after the last subscriber has left, in ms. Also how long an account stays
   * authenticated on a line that others keep. Default 1 000, so that a page change does not reconnect.
   */
  readonly linger: number
  /**
   * How many lines the client may open. The accounts are spread over them, those of one grant on the same line, and each
   * line has its own limits of requests. Default 1.
   */
  readonly lines: number
  /**
   * What follows if only a new login helps: the server refuses the secret or a token, or a function gives none.
   *
   * - `'fail'`: the state is `failed`, and streams error.
   * - `'wait'`: the state is `loginRequired`. Streams are silent, as after a lost line, and go on after `client.retry()`.
   *
   * Default `'fail'`. For a page behind a gateway, where sessions end, take `'wait'`.
   */
  readonly whenLoginRequired: 'fail' | 'wait'
  /**
   * How many lines an application may have at the server: `lines` must not be more. Default 25. Other processes with the
   * same application count too.
   */
  readonly lineLimit: number
  /**
   * The name of the feed of an account. Accounts of one feed get the same prices, of symbols with the same ids: prices,
   * live bars and order books are subscribed once, by one of them. Default: `undefined`, each account subscribes for
   * itself.
   */
  readonly feedOf: (account: { readonly accountId: number }) => string | undefined
}

/** Options under their former names. */
interface FormerOptions {
  /** @deprecated Its name is `platform`. */
  readonly presence?: Platform
}

/**
 * The credentials, and either an environment or a `connect` of your own. With `connect`, the environment says which
 * of the two it leads to, if it is one.
 */
export type ClientOptions = AppCredentials &
  Partial<ClientSettings> &
  FormerOptions &
  (
    | {
        /** Which host to connect to. It serves accounts of this environment only. */
        readonly environment: Environment
      }
    | {
        /** How to open a line, instead of a host: `webSocketConnect(url)`, a simulator's, or your own. */
        readonly connect: Connect
        /** Which environment it leads to, if it is one. */
        readonly environment?: Environment
      }
  )

/** The options of `client.account`: the account, and its owner's tokens. Accounts of one grant share its tokens. */
export interface AccountOptions extends GrantOptions {
  /** The `ctidTraderAccountId` of the API. It is not the login that terminals show. */
  readonly accountId: number
}

const hosts: Readonly<Record<Environment, string>> = {
  demo: 'wss://demo.ctraderapi.com:5036',
  live: 'wss://live.ctraderapi.com:5036',
}

const connectOf = ({ connect, environment }: { connect?: Connect; environment?: Environment }): Connect => {
  if (connect) callable('connect', connect)
  if (connect && environment === undefined) return connect
  if (environment !== 'demo' && environment !== 'live')
    throw invalidOption('environment', "must be 'demo' or 'live' where no connect is given")
  return connect ?? webSocketConnect(hosts[environment])
}

/** Throws `InvalidOption` with the name of the option, never its value. */
export const checkRequired = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a non-empty string')
}

const checkCredential = (option: string, value: unknown): void => {
  if (typeof value !== 'function') checkRequired(option, value)
}

const atLeastOne = (option: string, value: unknown): void => {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw invalidOption(option, 'must be a whole number of at least 1')
}

const callable = (option: string, value: unknown): void => {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
}

const isFraction = (u: unknown): boolean => typeof u === 'number' && u >= 0 && u < 1

/** The checked options with defaults. */
export type Settings = AppCredentials &
  ClientSettings & { readonly connect: Connect; readonly environment: Environment | undefined }

export const readSettings = (options: ClientOptions): Settings => {
  const {
    clientId,
    clientSecret,
    connectTimeout = 15_000,
    requestTimeout = 10_000,
    heartbeatInterval = 10_000,
    idleTimeout = 45_000,
    backoff = { initial: 1_000, max: 30_000 },
    rateLimits = { live: 50, historical: 5 },
    stableAfter = 60_000,
    linger = 1_000,
    lines = 1,
    lineLimit = 25,
    feedOf = () => undefined,
    whenLoginRequired = 'fail',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- It stays until 1.0.
    platform = options.presence ?? browserPlatform(),
    log = () => undefined,
    random = randomFraction,
  } = options
  checkRequired('clientId', clientId)
  checkCredential('clientSecret', clientSecret)
  const durations = { connectTimeout, requestTimeout, heartbeatInterval, idleTimeout, stableAfter, linger }
  for (const [option, value] of Object.entries(durations)) checkDuration(option, value)
  checkDuration('backoff.initial', backoff.initial)
  checkDuration('backoff.max', backoff.max)
  for (const lane of ['live', 'historical'] as const) atLeastOne(`rateLimits.${lane}`, rateLimits[lane])
  atLeastOne('lineLimit', lineLimit)
  atLeastOne('lines', lines)
  if (lines > lineLimit) throw invalidOption('lines', `must be at most lineLimit, ${lineLimit}`)
  if (!['fail', 'wait'].includes(whenLoginRequired))
    throw invalidOption('whenLoginRequired', "must be 'fail' or 'wait'")
  const { isHidden, isOffline } = platform
  const functions = { feedOf, 'platform.isHidden': isHidden, 'platform.isOffline': isOffline, log, random }
  for (const [option, value] of Object.entries(functions)) callable(option, value)
  const safeLog = harmless(log)
  const safeRandom = withFallback('random', random, randomFraction, isFraction, safeLog)
  const { nextId = sequentialIds(safeRandom) } = options
  callable('nextId', nextId)
  return {
    clientId,
    clientSecret,
    ...durations,
    backoff,
    platform: platformWithFallback(platform, safeLog),
    log: safeLog,
    rateLimits,
    random: safeRandom,
    nextId,
    connect: connectOf(options),
    environment: options.environment,
    lines,
    lineLimit,
    feedOf,
    whenLoginRequired,
  }
}

/** Throws `InvalidOption` for an invalid account or grant. */
export const checkAccountOptions = ({
  accountId,
  accessToken,
  refreshToken,
  expiresAt,
  saveTokens,
}: AccountOptions): void => {
  if (!Number.isSafeInteger(accountId) || accountId <= 0)
    throw invalidOption('accountId', 'must be a positive whole number')
  checkCredential('accessToken', accessToken)
  if (typeof accessToken === 'function')
    for (const [option, value] of Object.entries({ refreshToken, expiresAt, saveTokens }))
      if (value !== undefined) throw invalidOption(option, 'must not be given if accessToken is a function')
  if (refreshToken !== undefined) checkRequired('refreshToken', refreshToken)
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw invalidOption('expiresAt', 'must be a time in ms since the epoch')
  if (saveTokens !== undefined && typeof saveTokens !== 'function')
    throw invalidOption('saveTokens', 'must be a function')
}
