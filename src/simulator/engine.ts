import { Subject, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { createArmedFaults } from './faults/armed'
import type { ArmedFaults } from './faults/armed'
import { createFeed } from './feed/feed'
import type { Feed } from './feed/feed'
import type { Handlers } from './handlers/handler'
import type { MadeMarket } from './market/model/madeMarket'
import { createWriter } from './model/encode'
import { fillModel } from './model/fills'
import type { Fills } from './model/fills'
import { createAgenda } from './model/scheduler'
import type { Agenda } from './model/scheduler'
import { defaultUnknowns } from './model/unknowns'
import type { Unknowns } from './model/unknowns'
import type { ConnectionOptions } from './server/connection'
import { createLines } from './server/lines'
import type { Lines } from './server/lines'
import { createExchange } from './trading/createExchange'
import type { ExchangeOptions } from './trading/exchange'
import type { World } from './world/world'

/** What a server is made of. */
export interface EngineOptions
  extends
    Pick<ConnectionOptions, 'limits' | 'lineTimers'>,
    Pick<ExchangeOptions, 'accounts' | 'seed' | 'kept'>,
    Pick<World, 'clock' | 'identity' | 'serves'> {
  readonly made: MadeMarket
  readonly fills?: Fills | undefined
  readonly unknowns?: Partial<Unknowns>
  /** Handlers in place of the server's own. */
  readonly handlers?: Handlers
  /** In place of a feed of the market's prices. */
  readonly feed?: Feed
  /** Called when an account was told something, which means that its state has changed. */
  readonly onTold?: () => void
}

/** A server without an owner: its parts, which take their time from one clock. */
export interface Engine {
  readonly world: World
  readonly agenda: Agenda
  readonly armedFaults: ArmedFaults
  readonly lines: Lines
  /** Changes the market or the exchange, as of now. */
  readonly act: <T>(change: (at: number) => T) => T
  /** Call this after a market without a known future has a new price of a symbol, at a time. */
  readonly quoted: (symbolId: number, at: number) => void
  /** Errors of the server's own. Without a subscriber, they are thrown globally. */
  readonly defect$: Observable<unknown>
}

export const createEngine = ({
  made: { market, hasNoBook },
  clock,
  identity,
  serves,
  accounts,
  seed,
  kept,
  fills,
  unknowns: set = {},
  limits,
  lineTimers,
  handlers = {},
  feed,
  onTold = () => undefined,
}: EngineOptions): Engine => {
  const unknowns = { ...defaultUnknowns, ...set }
  const sessions: World['sessions'] = new Set()
  const world: World = {
    clock,
    identity,
    sessions,
    serves,
    market,
    unlisted: new Set(),
    lags: new Map(),
    unknowns,
    write: createWriter(),
    feed: feed ?? createFeed(market, unknowns),
    exchange: createExchange({
      market,
      accounts,
      seed,
      openedAt: clock.now(),
      unknowns,
      fills: fillModel(fills, hasNoBook),
      announce: (accountId, payloadType, payload, clientMsgId) => {
        for (const session of sessions)
          if (session.accounts.has(accountId)) session.push(payloadType, payload, clientMsgId)
        onTold()
      },
      ...(kept && { kept }),
    }),
  }
  const defect$ = new Subject<unknown>()
  const onDefect = (error: unknown): void => {
    if (defect$.observed) defect$.next(error)
    else throwError(() => error).subscribe()
  }
  const agenda = createAgenda(clock, [world.feed, world.exchange], onDefect)
  const armedFaults = createArmedFaults()
  return {
    world,
    agenda,
    armedFaults,
    lines: createLines(world, agenda, armedFaults, { limits, lineTimers, onDefect, handlers }),
    act: change => {
      agenda.catchUp()
      const changed = change(clock.now())
      if (sessions.size > 0) agenda.plan()
      return changed
    },
    quoted: (symbolId, at) => {
      world.exchange.repriced(symbolId, at)
      agenda.catchUp()
      if (sessions.size > 0) agenda.plan()
    },
    defect$: defect$.asObservable(),
  }
}
