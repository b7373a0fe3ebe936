import type { HeartbeatOptions } from '../connection/heartbeat'
import type { LaneOptions } from '../connection/requests/lanes'
import type { RequestOptions } from '../connection/requests/request'
import { invalidOption } from '../errors'
import { checkDuration } from '../options'
import { webSocketConnect } from '../transport/socket'
import type { Connect } from '../transport/socket'
import type { AppCredentials } from './authentication/auth'
import { withFallback, presenceWithFallback } from './logging/withFallback'
import type { Environment } from './authentication/environmentCheck'
import { harmless } from './logging/log'
import type { Log } from './logging/log'
import type { PauseOptions } from './reconnecting/reconnectDelay'
import { platformPresence } from './reconnecting/platform'
import { randomFraction, sequentialIds } from '../util/random'
import type { GrantOptions } from './authentication/tokens'

/** What a client goes by, where it should not be the default: each is an option of `createClient`. */
export interface ClientTuning extends HeartbeatOptions, LaneOptions, RequestOptions, PauseOptions {
  /** How long the line may take to open, in ms. Default 15 000. */
  readonly connectTimeout: number
  /** After this long authenticated, in ms, a lost line counts as the first again. Default 60 000. */
  readonly stableAfter: number
  /** Told what the client does. Default nobody. */
  readonly log: Log
  /**
   * How long the line stays open after the last subscriber has left, in ms, and how long an account stays authenticated
   * on a line that others keep. Default 1 000: a page change must not reconnect.
   */
  readonly linger: number
}

/** With a `connect` of one's own, the environment says what is behind it, where that is one of the two. */
export type ClientOptions = AppCredentials &
  Partial<ClientTuning> &
  (
    | {
        /** Which host to connect to. Its accounts are the only ones it serves. */
        readonly environment: Environment
      }
    | {
        /** How to get a line, in place of a host: `webSocketConnect(url)`, a simulator's, or one of your own. */
        readonly connect: Connect
        /** Which of the two is behind it, if it is one. */
        readonly environment?: Environment
      }
  )

/** What `client.account` needs: the account, and the tokens of its owner. Accounts of one grant share its pair. */
export interface AccountOptions extends GrantOptions {
  /** The `ctidTraderAccountId`, by which the API goes; not the login, which terminals show. */
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

/** Throws `InvalidOption`, naming the option and never its value. */
export const required = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a non-empty string')
}

const atLeastOne = (option: string, value: unknown): void => {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw invalidOption(option, 'must be a whole number of at least 1')
}

const callable = (option: string, value: unknown): void => {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
}

const isFraction = (u: unknown): boolean => typeof u === 'number' && u >= 0 && u < 1

/** What the client goes by: the options, checked, with the defaults for those not given. */
export type Settings = AppCredentials &
  ClientTuning & { readonly connect: Connect; readonly environment: Environment | undefined }

export const settingsOf = (options: ClientOptions): Settings => {
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
    presence = platformPresence(),
    log = () => undefined,
    random = randomFraction,
  } = options
  required('clientId', clientId)
  required('clientSecret', clientSecret)
  const durations = { connectTimeout, requestTimeout, heartbeatInterval, idleTimeout, stableAfter, linger }
  for (const [option, value] of Object.entries(durations)) checkDuration(option, value)
  checkDuration('backoff.initial', backoff.initial)
  checkDuration('backoff.max', backoff.max)
  for (const lane of ['live', 'historical'] as const) atLeastOne(`rateLimits.${lane}`, rateLimits[lane])
  const { isHidden, isOffline } = presence
  const functions = { 'presence.isHidden': isHidden, 'presence.isOffline': isOffline, log, random }
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
    presence: presenceWithFallback(presence, safeLog),
    log: safeLog,
    rateLimits,
    random: safeRandom,
    nextId,
    connect: connectOf(options),
    environment: options.environment,
  }
}

/** Throws `InvalidOption` on what cannot be an account, or a grant. */
export const checkAccountOptions = ({
  accountId,
  accessToken,
  refreshToken,
  expiresAt,
  saveTokens,
}: AccountOptions): void => {
  if (!Number.isSafeInteger(accountId) || accountId <= 0)
    throw invalidOption('accountId', 'must be a positive whole number')
  required('accessToken', accessToken)
  if (refreshToken !== undefined) required('refreshToken', refreshToken)
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw invalidOption('expiresAt', 'must be a time in ms since the epoch')
  if (saveTokens !== undefined && typeof saveTokens !== 'function')
    throw invalidOption('saveTokens', 'must be a function')
}
