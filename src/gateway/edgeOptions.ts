import { EMPTY } from 'rxjs'
import type { Environment } from '../errorFields'
import { harmless } from '../session/logging/log'
import type { Log } from '../session/logging/log'
import { randomFraction } from '../util/random'
import type { Bus } from './bus/bus'
import type { AuditEntry } from './edge/accounts/requests'
import type { PeerLimits } from './edge/lineState'
import type { Authenticate, Entitle } from './model/session'
import {
  checkBus,
  checkDurations,
  checkOptions,
  checkOrigins,
  readLimits,
  requireFunctions,
} from './optionChecks'

/** What the lines of browsers need, in a gateway of one process too. */
export interface PeerOptions {
  /**
   * The origins of the pages that may connect, such as `https://app.example.com`. There is no default: a page of
   * another origin could use the cookie of a user who is logged in.
   */
  readonly origins: readonly string[]
  /** Finds the session of a browser. */
  readonly authenticate: Authenticate
  /** The accounts that a session may use. */
  readonly entitle: Entitle
  /** What each browser may do. */
  readonly limits?: Partial<PeerLimits>
  /**
   * Called before an order leaves. What it returns is awaited; if that fails, the order does not leave. Default: no
   * audit.
   */
  readonly audit?: (entry: AuditEntry) => unknown
  /** How long what no browser needs is kept at cTrader, in ms. Default 1 000. */
  readonly linger?: number
  /** Called with what the gateway does. It has no secret. Default: no log. */
  readonly log?: Log
  /** Numbers in [0, 1) for ids and jitter. Default: the platform's cryptographic source. */
  readonly random?: () => number
}

/** Settings of {@link createEdge}. */
export interface EdgeOptions extends PeerOptions {
  /** What joins it with the owners. */
  readonly bus: Bus
}

/** The options, with defaults. */
export interface EdgeSettings extends Required<Omit<EdgeOptions, 'limits'>> {
  readonly limits: PeerLimits
  /** The environments for which there are lines, as far as that is known here. */
  readonly environments: ReadonlySet<Environment>
  /** Whether owners may be in other processes, and change. */
  readonly isShared: boolean
}

export const PEER_NAMES: Readonly<Record<keyof PeerOptions, true>> = {
  origins: true,
  authenticate: true,
  entitle: true,
  limits: true,
  audit: true,
  linger: true,
  log: true,
  random: true,
}

const NAMES: Readonly<Record<keyof EdgeOptions, true>> = { bus: true, ...PEER_NAMES }

/** The checked options, with defaults. */
export const readPeerOptions = (
  {
    origins,
    authenticate,
    entitle,
    limits,
    audit = () => EMPTY,
    linger = 1_000,
    log = () => undefined,
    random = randomFraction,
  }: PeerOptions,
  bus: Bus,
  isShared: boolean,
  environments: EdgeSettings['environments'] = new Set(['demo', 'live']),
): EdgeSettings => {
  checkOrigins(origins)
  requireFunctions({ authenticate, entitle, audit, log, random })
  checkDurations({ linger })
  return {
    origins,
    authenticate,
    entitle,
    limits: readLimits(limits),
    audit,
    linger,
    log: harmless(log),
    random,
    bus,
    isShared,
    environments,
  }
}

/** The checked options, with defaults. Throws `InvalidOption` with the name of the option, never its value. */
export const readEdgeOptions = (options: EdgeOptions): EdgeSettings => {
  checkOptions(options, NAMES)
  checkBus(options.bus)
  return readPeerOptions(options, options.bus, true)
}
