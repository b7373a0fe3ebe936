import { invalidOption } from '../errors'
import type { Observable } from 'rxjs'
import type { Connect } from '../transport/socket'
import { createEngine } from './engine'
import { createConsent } from './world/consent'
import type { Consent } from './world/consent'
import { createClock } from './model/clock'
import type { LineFilter } from './faults/armed'
import type { Fault } from './faults/fault'
import { inflict } from './faults/inflict'
import type { HasStruck } from './faults/inflict'
import { createIdentity, defaultIdentity } from './model/identity'
import { inMemory } from './server/inMemory'
import { readLimits } from './server/rateLimiter'
import { checkDeposits, checkSymbolLists } from './options/accounts'
import { checkOptions, holidaysBySymbol } from './options/checkOptions'
import type { SimulatorOptions } from './options/simulatorOptions'
import { lineReport } from './server/report'
import type { LineReport } from './server/report'
import type { HistoryReport } from './market/history/history'
import { makeMarket } from './market/makeMarket'
import type { Market } from './market/model/market'
import type { Peer, ServerConnection } from '../transport/peer'
import type { Exchange } from './trading/exchange'

/** A cTrader server in memory, with functions for tests to inspect it and to make it fail. */
export interface Simulator {
  /** An in-memory line to it, for `createClient`. */
  readonly connect: Connect
  /** Serves a client on any other transport. */
  readonly accept: (peer: Peer) => ServerConnection

  /**
   * Makes a fault happen, at once or at its next occasion. It affects all lines, those in `fault.on`, or those that
   * a filter accepts. A fault is a value: it can be drawn at random, stored, or sent to a port.
   *
   * ```ts
   * broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: true })
   * broker.fault({ kind: 'maintenance', seconds: 3600, drops: true })
   * broker.fault({ kind: 'drop' }, ({ line }) => line % 2 === 0)
   * ```
   */
  readonly fault: (fault: Fault, filter?: LineFilter) => void
  /**
   * The same. Returns whether it has struck, at any time after.
   *
   * @internal
   */
  readonly inflict: (fault: Fault, filter?: LineFilter) => HasStruck
  /**
   * The faults that wait for their next occasion, and how many occasions each has left. Those that happen at once are
   * not among them.
   */
  readonly armedFaults: () => readonly { readonly fault: Fault; readonly left: number }[]
  /** Closes all lines with a handshake. The live server's own way is `close(1000, 'Bye')`. */
  readonly close: (code: number, reason: string) => void
  /** Breaks all lines without a message. */
  readonly drop: () => void
  /** Leaves the lines open, but nothing is sent or received on them any more. */
  readonly silence: () => void
  /** Sends any text on all lines. */
  readonly push: (text: string) => void

  /**
   * What is behind cTrader's consent page and token endpoint: a user's consent gives a code, and the code gives
   * tokens. `serveSimulator` has pages for it.
   *
   * ```ts
   * const redirectUri = 'http://localhost:8765/'
   * const code = broker.consent.authorize({ clientId: 'demo', redirectUri, scope: 'trading', accountIds: [12345678] })
   * ```
   */
  readonly consent: Consent

  /** The market's time, in ms since the epoch. */
  readonly now: () => number
  /** The market, for reading. */
  readonly market: Omit<Market, 'shift'>
  /** What was read of each history. */
  readonly history: readonly HistoryReport[]
  /** Raises the prices of a symbol by this many 1/100000 from now on; lowers them if negative. */
  readonly shift: (symbolId: number, by: number) => void
  /**
   * Changes the prices of a symbol in a custom market, now, and makes all parts read it again. `change` returns
   * from when on there are new ticks: now, or later.
   *
   * @internal
   */
  readonly reprice: (symbolId: number, change: (now: number) => number) => void
  /** The exchange. Use `trade` for changes, so that clients are told. */
  readonly exchange: Exchange
  /** Changes the exchange now, for example by a deposit. */
  readonly trade: <T>(act: (exchange: Exchange, at: number) => T) => T
  /** The open lines. */
  readonly lines: () => readonly LineReport[]
  /**
   * Errors inside the simulator. The client got UNKNOWN_ERROR for them. Without a subscriber, such an error is
   * thrown globally, as RxJS does with unhandled errors.
   */
  readonly defect$: Observable<unknown>
}

/**
 * A deterministic cTrader server: in memory in Node, in a browser or in virtual time. By default it has the
 * application `demo`/`demo`, the token `demo` (refresh `demo-refresh`) and the demo account 12345678. Throws
 * `InvalidOption` for unknown or invalid options.
 *
 * ```ts
 * const broker = createSimulator({ seed: 42 })
 * const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
 * ```
 */
export const createSimulator = (options: SimulatorOptions = {}): Simulator => {
  checkOptions(options)
  // Not destructured in the parameters: the declarations omit what is internal, but would still name it.
  const {
    seed = 1,
    environment = 'demo',
    latency = 0,
    start,
    speed = 1,
    limits: limited = {},
    unknowns = {},
    market: overlay,
    lineTimers = true,
    holidays = {},
    history,
    prepared,
    symbols = [],
    fills,
    ...given
  } = options
  const people = { ...defaultIdentity, ...given }
  const made = makeMarket({
    seed,
    holidays: holidaysBySymbol(holidays),
    symbols,
    history,
    prepared,
    owners: people.accounts,
    check: ({ assets }) => {
      checkDeposits(people.accounts, assets)
    },
  })
  checkSymbolLists(people.accounts, made.market.catalogue.symbols)
  const { beginning, reports } = made
  if (beginning !== undefined && start !== undefined && start < beginning)
    throw invalidOption(
      'start',
      `is before ${new Date(beginning).toISOString()}, when each symbol has a price`,
    )
  const clock = createClock(start ?? beginning, speed)
  const market = overlay ? overlay(made.market, clock.now()) : made.market
  const limits = readLimits(limited)
  const identity = createIdentity(people, seed, limits.connections)
  const { world, armedFaults, lines, act, defect$ } = createEngine({
    made: { ...made, market },
    clock,
    identity,
    serves: ({ isLive }) => isLive === (environment === 'live'),
    accounts: people.accounts,
    seed,
    fills,
    unknowns,
    limits,
    lineTimers,
  })

  const reprice: Simulator['reprice'] = (symbolId, change) => {
    act(at => {
      // Not later than the next event, which must not be left out.
      world.feed.repriced(symbolId, Math.min(change(at) - 1, at))
      world.exchange.repriced(symbolId, at)
    })
  }
  const shift: Simulator['shift'] = (symbolId, by) => {
    reprice(symbolId, at => {
      market.shift(symbolId, by, at)
      return at + 1
    })
  }
  const happen: Simulator['inflict'] = (fault, filter) =>
    inflict({ world, lines: lines.open, armedFaults, shift }, fault, filter)
  const fault: Simulator['fault'] = (happening, filter) => {
    happen(happening, filter)
  }

  return {
    consent: createConsent(people, identity, world, act, seed),
    connect: inMemory(lines.accept, { latency, inProcess: !lineTimers }),
    accept: lines.accept,
    fault,
    inflict: happen,
    armedFaults: () => armedFaults.all().map(({ fault: waiting, left }) => ({ fault: waiting, left })),
    close: (code, reason) => {
      fault({ kind: 'close', code, reason })
    },
    drop: () => {
      fault({ kind: 'drop' })
    },
    silence: () => {
      fault({ kind: 'silence' })
    },
    push: text => {
      fault({ kind: 'push', text })
    },
    now: clock.now,
    market,
    history: reports,
    shift,
    reprice,
    exchange: world.exchange,
    trade: change => act(at => change(world.exchange, at)),
    lines: () => lines.open().map(line => lineReport(world, line)),
    defect$,
  }
}
