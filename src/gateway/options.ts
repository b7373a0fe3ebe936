import { EMPTY } from 'rxjs'
import { invalidOption } from '../errors'
import { checkDuration, checkNames } from '../options'
import { memoryJournal } from '../orders/model/journal'
import type { Journal } from '../orders/model/journal'
import type { AppCredentials } from '../session/authentication/auth'
import { harmless } from '../session/logging/log'
import type { Log } from '../session/logging/log'
import { randomFraction } from '../util/random'
import { localBus } from './bus/localBus'
import type { Bus } from './bus/bus'
import type { AuditEntry } from './edge/accounts/requests'
import type { PeerLimits } from './edge/lineState'
import type { Authenticate, Entitle } from './model/session'
import type { Grants } from './owner/grants'
import type { LineOptions } from './owner/owners'

/** Settings of {@link createGateway}. */
export interface GatewayOptions {
  /** The application's credentials at cTrader. They never leave the gateway but to cTrader. */
  readonly application: AppCredentials
  /**
   * The origins of the pages that may connect, such as `https://app.example.com`. There is no default: a page of
   * another origin could use the cookie of a user who is logged in.
   */
  readonly origins: readonly string[]
  /** Where the tokens of the users are kept. */
  readonly grants: Grants
  /** Finds the session of a browser. */
  readonly authenticate: Authenticate
  /** The accounts that a session may use. */
  readonly entitle: Entitle
  /** The lines to cTrader. Default: one to the demo server and one to the live server, each opened when it is used. */
  readonly lines?: readonly LineOptions[]
  /** What each browser may do. */
  readonly limits?: Partial<PeerLimits>
  /**
   * Where the orders of an account are written down before they leave. Default: in memory. Then nothing is known of them
   * after a restart, but by those who sent them.
   */
  readonly journal?: (accountId: number) => Journal
  /**
   * Called before an order leaves. What it returns is awaited; if that fails, the order does not leave. Default: no
   * audit.
   */
  readonly audit?: (entry: AuditEntry) => unknown
  /**
   * The name of the feed of an account. Accounts of one feed get the same prices, of symbols with the same ids: one
   * subscription at cTrader serves all of them that are on one line. Default: each account has its own.
   */
  readonly feedOf?: (account: { readonly accountId: number }) => string | undefined
  /** What joins the parts of the gateway. Default: {@link localBus}. */
  readonly bus?: Bus
  /** How long what no browser needs is kept at cTrader, in ms. Default 1 000. */
  readonly linger?: number
  /** Called with what the gateway does. It has no secret. Default: no log. */
  readonly log?: Log
  /** Numbers in [0, 1) for ids and jitter. Default: the platform's cryptographic source. */
  readonly random?: () => number
}

/** The options, with defaults. */
export type GatewaySettings = Omit<Required<GatewayOptions>, 'limits'> & { readonly limits: PeerLimits }

const NAMES: Readonly<Record<keyof GatewayOptions, true>> = {
  application: true,
  origins: true,
  grants: true,
  authenticate: true,
  entitle: true,
  lines: true,
  limits: true,
  journal: true,
  audit: true,
  feedOf: true,
  bus: true,
  linger: true,
  log: true,
  random: true,
}

const LIMITS: PeerLimits = {
  framesPerSecond: 50,
  burst: 100,
  frameSize: 65_536,
  subscriptions: 1_000,
  linesPerUser: 5,
  maxRate: Infinity,
  liveWaiting: 100,
  historicalWaiting: 20,
}

const LINES: readonly LineOptions[] = [
  { name: 'demo', environment: 'demo' },
  { name: 'live', environment: 'live' },
]

const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const requireFunction = (option: string, value: unknown): void => {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
}

const requireText = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a non-empty string')
}

const isOrigin = (u: unknown): boolean => typeof u === 'string' && URL.canParse(u) && new URL(u).origin === u

const checkOrigins = (origins: unknown): void => {
  if (!Array.isArray(origins)) throw invalidOption('origins', 'must be a list of origins')
  origins.forEach((origin, index) => {
    if (!isOrigin(origin))
      throw invalidOption(`origins.${index}`, 'must be an origin, such as https://app.example.com')
  })
}

const checkLines = (lines: unknown): void => {
  if (!Array.isArray(lines) || lines.length === 0) throw invalidOption('lines', 'must be a list of lines')
  const names = new Set<unknown>()
  lines.forEach((line: unknown, index) => {
    const option = `lines.${index}`
    if (!isObject(line)) throw invalidOption(option, 'must be an object')
    checkNames(line, { name: true, environment: true, connect: true }, `${option}.`)
    requireText(`${option}.name`, line['name'])
    if (names.has(line['name'])) throw invalidOption(`${option}.name`, 'must be unique')
    names.add(line['name'])
    if (line['environment'] !== 'demo' && line['environment'] !== 'live')
      throw invalidOption(`${option}.environment`, "must be 'demo' or 'live'")
    if (line['connect'] !== undefined) requireFunction(`${option}.connect`, line['connect'])
  })
}

const checkLimits = (limits: unknown): void => {
  if (!isObject(limits)) throw invalidOption('limits', 'must be an object')
  checkNames(limits, LIMITS, 'limits.')
  for (const [name, value] of Object.entries(limits))
    if (!(typeof value === 'number' && value >= 1))
      throw invalidOption(`limits.${name}`, 'must be at least 1')
}

/** The checked options with defaults. Throws `InvalidOption` with the name of the option, never its value. */
export const readGatewayOptions = (options: GatewayOptions): GatewaySettings => {
  const given: unknown = options
  if (!isObject(given)) throw invalidOption('options', 'must be an object')
  checkNames(options, NAMES)
  const {
    application,
    origins,
    grants,
    authenticate,
    entitle,
    lines = LINES,
    limits = {},
    journal = memoryJournal,
    audit = () => EMPTY,
    feedOf = () => undefined,
    bus = localBus(),
    linger = 1_000,
    log = () => undefined,
    random = randomFraction,
  } = options
  if (!isObject(application)) throw invalidOption('application', 'must be an object')
  requireText('application.clientId', application.clientId)
  const { clientSecret } = application as Partial<AppCredentials>
  if (typeof clientSecret !== 'function') requireText('application.clientSecret', clientSecret)
  checkOrigins(origins)
  if (!isObject(grants)) throw invalidOption('grants', 'must be an object')
  requireFunction('grants.load', grants.load)
  requireFunction('grants.save', grants.save)
  for (const [option, value] of Object.entries({
    authenticate,
    entitle,
    journal,
    audit,
    feedOf,
    log,
    random,
  }))
    requireFunction(option, value)
  checkLines(lines)
  checkLimits(limits)
  checkDuration('linger', linger)
  return {
    application,
    origins,
    grants,
    authenticate,
    entitle,
    lines,
    limits: { ...LIMITS, ...limits },
    journal,
    audit,
    feedOf,
    bus,
    linger,
    log: harmless(log),
    random,
  }
}
