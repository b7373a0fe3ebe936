import { invalidOption } from '../errors'
import { memoryJournal } from '../orders/model/journal'
import type { Journal } from '../orders/model/journal'
import type { AppCredentials } from '../session/authentication/auth'
import { harmless } from '../session/logging/log'
import type { Log } from '../session/logging/log'
import { randomFraction, sequentialIds } from '../util/random'
import type { Bus } from './bus/bus'
import {
  LINES,
  checkApplication,
  checkBus,
  checkDurations,
  checkGrants,
  checkLines,
  checkOptions,
  requireFunctions,
} from './optionChecks'
import { requireText } from './model/valueChecks'
import type { Grants } from './owner/grants/grants'
import type { HoldOptions } from './owner/lines/holdLines'
import { logJournal } from './owner/journal/logJournal'
import type { LineOptions } from './owner/session/ownedLine'
import type { OwnersSettings } from './owner/owners'

/** What the lines to cTrader need, in a gateway of one process too. */
export interface LineOwnerOptions {
  /** The application's credentials at cTrader. They never leave the gateway but to cTrader. */
  readonly application: AppCredentials
  /** Where the tokens of the users are kept. */
  readonly grants: Grants
  /** The lines to cTrader. Default: one to the demo server and one to the live server, each opened when it is used. */
  readonly lines?: readonly LineOptions[]
  /**
   * Where the orders of an account are written down before they leave. Default: in memory; then nothing is known of
   * them after a restart, but by those who sent them. With a `bus` it is {@link logJournal} over the bus. There, each
   * call has to give a new one.
   */
  readonly journal?: (accountId: number) => Journal
  /**
   * The name of the feed of an account. Accounts of one feed get the same prices, of symbols with the same ids: one
   * subscription at cTrader serves all of them that are on one line. Default: each account has its own.
   */
  readonly feedOf?: (account: { readonly accountId: number }) => string | undefined
  /** Called with what the gateway does. It has no secret. Default: no log. */
  readonly log?: Log
  /** Numbers in [0, 1) for ids and jitter. Default: the platform's cryptographic source. */
  readonly random?: () => number
}

/** How several processes share the lines. It has no effect without a `bus`. */
export interface SharedLineOptions {
  /** The name of this process, which no other may have at the same time. Default: a random one. */
  readonly name?: string
  /** How many lines this process may hold. Default: all. */
  readonly maxLines?: number
  /** How long after its last sign of life a process loses its lines to another, in ms. Default 3 000. */
  readonly ttl?: number
  /**
   * How much longer than others a process waits at most before it takes a line that is free, in ms. It waits a part of
   * this, which differs from line to line. So processes that begin together share the lines. Default 1 000.
   */
  readonly eager?: number
}

/** Settings of {@link createOwners}. */
export interface OwnersOptions extends LineOwnerOptions, SharedLineOptions {
  /** What joins them with the edges, and with the owners in other processes. */
  readonly bus: Bus
}

export const LINE_OWNER_NAMES: Readonly<Record<keyof LineOwnerOptions, true>> = {
  application: true,
  grants: true,
  lines: true,
  journal: true,
  feedOf: true,
  log: true,
  random: true,
}

export const SHARED_LINE_NAMES: Readonly<Record<keyof SharedLineOptions, true>> = {
  name: true,
  maxLines: true,
  ttl: true,
  eager: true,
}

const NAMES: Readonly<Record<keyof OwnersOptions, true>> = {
  bus: true,
  ...LINE_OWNER_NAMES,
  ...SHARED_LINE_NAMES,
}

/** The shortest that a process can renew in time, over a network. */
const SHORTEST_TTL = 500

/** The checked options of the lines, with defaults. Throws `InvalidOption` with the name of the option. */
export const readLineOwnerOptions = (
  {
    application,
    grants,
    lines = LINES,
    journal = memoryJournal,
    feedOf = () => undefined,
    log = () => undefined,
    random = randomFraction,
  }: LineOwnerOptions,
  bus: Bus,
): OwnersSettings => {
  checkApplication(application)
  checkGrants(grants)
  checkLines(lines)
  requireFunctions({ journal, feedOf, log, random })
  return { application, bus, grants, lines, journal, feedOf, log: harmless(log), random }
}

/** The checked options of how lines are shared, with defaults. */
export const readSharedLineOptions = (
  { name, maxLines = Infinity, ttl = 3_000, eager = 1_000 }: SharedLineOptions,
  random: () => number,
): HoldOptions => {
  if (name !== undefined) requireText('name', name)
  if (!(typeof maxLines === 'number' && maxLines >= 1)) throw invalidOption('maxLines', 'must be at least 1')
  checkDurations({ ttl, eager })
  if (ttl < SHORTEST_TTL) throw invalidOption('ttl', `must be at least ${SHORTEST_TTL}`)
  return { name: name ?? sequentialIds(random)(), maxLines, ttl, eager }
}

/** The checked options of lines that are shared with other processes, with defaults. */
export const readSharedOwners = (options: LineOwnerOptions & SharedLineOptions, bus: Bus): OwnersSettings => {
  checkBus(bus)
  const journal = (accountId: number): Journal => logJournal(bus.log(String(accountId)))
  const settings = readLineOwnerOptions({ journal, ...options }, bus)
  return { ...settings, hold: readSharedLineOptions(options, settings.random) }
}

/** The checked options, with defaults. Throws `InvalidOption` with the name of the option, never its value. */
export const readOwnersOptions = (options: OwnersOptions): OwnersSettings => {
  checkOptions(options, NAMES)
  return readSharedOwners(options, options.bus)
}
