import fc from 'fast-check'
import { Subscription } from 'rxjs'
import { PayloadType, ProtoOAAccountType, createClient } from 'rx-ctrader'
import type { Connect, Journal, JournalEntry } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault, Market, Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { createCopyLog } from '../../docs/examples/copy-trading/copyLog'
import type { CopyEntry, CopyStore } from '../../docs/examples/copy-trading/copyLog'
import { copyTrades } from '../../docs/examples/copy-trading/copyTrades'
import type { Copied, Follower } from '../../docs/examples/copy-trading/model'
import { manyAccounts } from '../support/manyAccounts'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'
import type { Wiretap } from '../support/wiretap'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_NEW_ORDER_REQ } = PayloadType

type Trouble = Fault | { readonly kind: 'kill' }

const MASTER = 1_000
const EQUAL = 1_001
const NETTED = 1_002
const RENAMED = 1_003
const FOLLOWERS = [EQUAL, NETTED, RENAMED]
const LOT = 10_000_000
const STEP = LOT / 100

/** A journal and a log outlive their process. Each keeps what it was given, and nothing else. */
const createStorage = () => {
  const entries: CopyEntry[] = []
  const journals = new Map<number, JournalEntry[]>()
  return {
    /** As a process has it that may die: then it writes nothing more. */
    openedBy: (isAlive: () => boolean) => {
      const store: CopyStore = {
        load: () => [...entries],
        append: entry => {
          if (isAlive()) entries.push(entry)
        },
      }
      const journalOf = (id: number): Journal => {
        const kept = journals.get(id) ?? []
        journals.set(id, kept)
        return {
          append: entry => {
            if (isAlive()) kept.push(entry)
          },
          load: () => [[...kept]],
        }
      }
      return { store, journalOf }
    },
  }
}

type Storage = ReturnType<ReturnType<typeof createStorage>['openedBy']>

const createBroker = (options: SimulatorOptions): Simulator => {
  const { accounts, grants } = manyAccounts([MASTER, ...FOLLOWERS], id => `token-${id}`)
  const terms: Readonly<Record<number, object>> = {
    [MASTER]: { balance: 10_000_000, symbols: ['EURUSD', 'GBPUSD'] },
    [EQUAL]: { balance: 5_000_000 },
    [NETTED]: { balance: 20_000_000, accountType: ProtoOAAccountType.NETTED },
    [RENAMED]: { balance: 10_000_000, symbols: ['EURUSD.x'] },
  }
  return createSimulator({
    latency: 20,
    grants,
    symbols: [{ name: 'EURUSD.x', like: 'EURUSD' }],
    ...options,
    accounts: accounts.map(account => ({ ...account, ...terms[account.accountId] })),
  })
}

/** A process that copies, until it is ended. */
const startProcess = (
  connect: Connect,
  { journalOf, store }: Storage,
  onCopied: (copied: Copied) => void,
  since: number,
): Subscription => {
  const client = createClient({
    connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    linger: 0,
    lines: 2,
  })
  const accountOf = (accountId: number) => client.account({ accountId, accessToken: `token-${accountId}` })
  const followers: Follower[] = [
    { account: accountOf(EQUAL), sizing: { by: 'equity' }, journal: journalOf(EQUAL) },
    {
      account: accountOf(NETTED),
      sizing: { by: 'lots', lots: 0.2 },
      isNetted: true,
      journal: journalOf(NETTED),
    },
    {
      account: accountOf(RENAMED),
      sizing: { by: 'multiplier', factor: 0.5 },
      symbols: { EURUSD: 'EURUSD.x' },
      journal: journalOf(RENAMED),
    },
  ]
  return copyTrades({
    master: accountOf(MASTER),
    followers,
    log: createCopyLog(store),
    // There is no symbol of the second name.
    symbols: ['EURUSD', 'EURUSD.y'],
    maxAge: 5_000,
    since,
  }).subscribe(onCopied)
}

/** Books that have only so many lots on each side, of the symbols that are picked. */
const thin = (lots: number, isThin: (symbolId: number) => boolean): SimulatorOptions => ({
  market: (made: Market): Market => ({
    ...made,
    bookAt: (symbolId, at) => {
      const levels = made.bookAt(symbolId, at)
      if (!isThin(symbolId)) return levels
      const perSide = levels.length / 2
      return levels.map(level => ({ ...level, size: (lots * LOT) / perSide }))
    },
  }),
})

interface Traded {
  readonly open?: number
  /** The limit of an order that may be filled in several parts. */
  readonly limit?: number
  readonly close?: number
}

/** The master trades at a terminal: opens so many lots, or closes a part of its first position. */
const trade = (broker: Simulator, act: Traded): void => {
  broker.trade((exchange, now) => {
    const by = { at: now, clientMsgId: 'elsewhere' }
    const position = exchange.ledger(MASTER).positions.find(({ tradeData }) => tradeData.volume > 0)
    const { close = 0, limit, open } = act
    if (open !== undefined)
      exchange.newOrder(
        MASTER,
        {
          ctidTraderAccountId: MASTER,
          symbolId: 1,
          ...(limit === undefined ? { orderType: 1 } : { orderType: 2, limitPrice: limit }),
          tradeSide: open > 0 ? 1 : 2,
          volume: Math.abs(open) * LOT,
        },
        by,
      )
    else if (position) {
      const { positionId, tradeData } = position
      const part = Math.max(STEP, Math.floor((tradeData.volume * close) / STEP) * STEP)
      const volume = Math.min(tradeData.volume, part)
      exchange.closePosition(MASTER, { ctidTraderAccountId: MASTER, positionId, volume }, by)
    }
  })
}

type LedgerOf = ReturnType<Parameters<Parameters<Simulator['trade']>[0]>[0]['ledger']>

const ledgerOf = (broker: Simulator, accountId: number): LedgerOf => {
  let ledger: LedgerOf | undefined
  broker.trade(exchange => {
    ledger = exchange.ledger(accountId)
  })
  if (!ledger) throw new Error('there is no ledger')
  return ledger
}

/** The open volume of an account in lots, with its sign. */
const netLots = (broker: Simulator, accountId: number): number =>
  ledgerOf(broker, accountId).positions.reduce(
    (sum, { tradeData: { tradeSide, volume } }) => sum + (tradeSide === 1 ? volume : -volume) / LOT,
    0,
  )

/** How often each order was sent, by its account and `clientOrderId`. */
const timesSent = (wire: Wiretap): ReadonlyMap<string, number> => {
  const times = new Map<string, number>()
  for (const { payload, payloadType } of wire.sent) {
    if (payloadType !== PROTO_OA_NEW_ORDER_REQ) continue
    const key = `${String(payload?.['ctidTraderAccountId'])} ${String(payload?.['clientOrderId'])}`
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  return times
}

interface Played {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly results: Copied[]
  readonly lots: () => readonly number[]
  readonly kill: () => void
  readonly start: (since?: number) => void
}

/** A broker, and one process after another. What a killed process still does reaches neither its files nor the server. */
const played = ({ at }: Pick<VirtualTime, 'at'>, end: number, options: SimulatorOptions = {}): Played => {
  const broker = createBroker(options)
  const wire = wiretap(broker.connect)
  const storage = createStorage()
  const results: Copied[] = []
  let running = Subscription.EMPTY
  let generation = 0
  const start = (since = 0): void => {
    const own = (generation += 1)
    const isAlive = (): boolean => own === generation
    running = startProcess(
      wire.connect,
      storage.openedBy(isAlive),
      copied => {
        if (isAlive()) results.push(copied)
      },
      since,
    )
  }
  const kill = (): void => {
    generation += 1
    running.unsubscribe()
  }
  start()
  at(end, kill)
  return {
    broker,
    wire,
    results,
    kill,
    start,
    lots: () => [MASTER, ...FOLLOWERS].map(id => Math.round(netLots(broker, id) * 100) / 100),
  }
}

describe('copying trades', () => {
  it('gives each follower its share: by equity, in lots, by a factor; hedged, netted, with other names', () => {
    inVirtualTime(({ at }) => {
      const { broker, lots, results } = played({ at }, 60_000)
      const steps: readonly (readonly [ms: number, act: Traded, lots: readonly number[]])[] = [
        [20_000, { open: 1 }, [1, 0.5, 0.2, 0.5]],
        [25_000, { close: 0.5 }, [0.5, 0.25, 0.1, 0.25]],
        [30_000, { open: -1 }, [-0.5, -0.25, -0.1, -0.25]],
        [35_000, { close: 1 }, [-1, -0.5, -0.2, -0.5]],
        [40_000, { close: 1 }, [0, 0, 0, 0]],
      ]
      for (const [ms, act, expected] of steps) {
        at(ms, () => {
          trade(broker, act)
        })
        at(ms + 4_000, () => {
          expect(lots()).toEqual(expected)
        })
      }
      at(50_000, () => {
        expect(results).toHaveLength(3 * steps.length)
        expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['filled']))
        expect(ledgerOf(broker, RENAMED).deals.map(({ symbolId }) => symbolId)).not.toContain(1)
      })
    })
  })

  it('goes on with the others if one refuses, and closes what is open later', () => {
    inVirtualTime(({ at }) => {
      const { broker, lots, results } = played({ at }, 60_000)
      at(20_000, () => {
        const errorCode = 'NOT_ENOUGH_MONEY'
        const on = { accountId: EQUAL }
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode, carrier: 2132, on })
        trade(broker, { open: 1 })
      })
      at(30_000, () => {
        expect(results.map(({ status }) => status).sort()).toEqual(['filled', 'filled', 'refused'])
        trade(broker, { close: 1 })
      })
      at(40_000, () => {
        expect(lots()).toEqual([0, 0, 0, 0])
      })
    })
  })

  it('copies to a follower that was away when it is back: a close later, too', () => {
    inVirtualTime(({ at }) => {
      const { broker, lots, results } = played({ at }, 90_000)
      at(20_000, () => {
        trade(broker, { open: 1 })
      })
      at(30_000, () => {
        broker.fault({ kind: 'refuse', payloadType: 2102, errorCode: 'CH_SERVER_NOT_REACHABLE', times: 3 })
        broker.fault({ kind: 'accountDisconnect', accountId: EQUAL })
      })
      at(30_100, () => {
        trade(broker, { close: 1 })
      })
      at(80_000, () => {
        expect(lots()).toEqual([0, 0, 0, 0])
        expect(Math.max(...results.map(({ took }) => took))).toBeGreaterThan(500)
      })
    })
  })

  it('brings each follower to its share after each part of an order of the master', () => {
    inVirtualTime(({ at }) => {
      const { broker, lots, results, wire } = played(
        { at },
        60_000,
        thin(0.4, symbolId => symbolId === 1),
      )
      at(20_000, () => {
        trade(broker, { open: 1, limit: 2 })
      })
      at(30_000, () => {
        const volumes = ledgerOf(broker, MASTER).deals.map(({ filledVolume }) => filledVolume / LOT)
        expect(volumes).toEqual([0.4, 0.4, 0.2])
        expect(lots()).toEqual([1, 0.5, 0.2, 0.5])
        // By equity it is a little less than the half: each part is rounded down, and the next one makes up for it.
        expect(ledgerOf(broker, RENAMED).deals.map(({ filledVolume }) => filledVolume / LOT)).toEqual([
          0.2, 0.2, 0.1,
        ])
        expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['filled']))
        trade(broker, { close: 1 })
      })
      at(50_000, () => {
        // A market order of the master ends with what the book has: 0.4 lots.
        expect(lots()).toEqual([0.6, 0.3, 0.12, 0.3])
        expect([...timesSent(wire).values()].filter(times => times > 1)).toEqual([])
      })
    })
  })

  it('counts only what was filled of a follower’s order, and closes only that', () => {
    inVirtualTime(({ at }) => {
      const { broker, lots, results } = played(
        { at },
        90_000,
        thin(0.2, symbolId => symbolId > 1_000),
      )
      const steps: readonly (readonly [ms: number, act: Traded, lots: readonly number[]])[] = [
        [20_000, { open: 1 }, [1, 0.5, 0.2, 0.2]],
        // It has less than its share of what is left, so it closes nothing.
        [30_000, { close: 0.5 }, [0.5, 0.25, 0.1, 0.2]],
        [40_000, { close: 0.5 }, [0.25, 0.12, 0.05, 0.12]],
        [50_000, { close: 1 }, [0, 0, 0, 0]],
      ]
      for (const [ms, act, expected] of steps) {
        at(ms, () => {
          trade(broker, act)
        })
        at(ms + 9_000, () => {
          expect(lots()).toEqual(expected)
        })
      }
      at(29_500, () => {
        expect(results.map(({ accountId, status }) => [accountId, status]).sort()).toEqual([
          [EQUAL, 'filled'],
          [NETTED, 'filled'],
          [RENAMED, 'partiallyFilled'],
        ])
      })
    })
  })

  it('copies what it missed while it was away, if it is not too old, and nothing twice', () => {
    inVirtualTime(({ at, setWallClock }) => {
      // The age of a deal is its time by the clock of this machine.
      setWallClock(Date.UTC(2026, 0, 7, 12))
      const { broker, kill, lots, results, start, wire } = played({ at }, 90_000)
      at(20_000, () => {
        trade(broker, { open: 1 })
      })
      at(30_000, () => {
        expect(lots()).toEqual([1, 0.5, 0.2, 0.5])
        kill()
      })
      at(31_000, () => {
        trade(broker, { open: 1 })
      })
      at(32_000, () => {
        start()
      })
      at(40_000, () => {
        // Young enough: it is copied, and what was copied before is not copied again.
        expect(lots()).toEqual([2, 1, 0.4, 1])
        expect(results).toHaveLength(6)
        kill()
      })
      at(41_000, () => {
        trade(broker, { open: 2 })
        trade(broker, { close: 1 })
      })
      at(60_000, () => {
        start()
      })
      at(80_000, () => {
        // What opens is too old, what closes is not.
        expect(lots()).toEqual([3, 0.5, 0.2, 0.5])
        expect(
          results
            .slice(6)
            .map(({ status }) => status)
            .sort(),
        ).toEqual([...['filled', 'filled', 'filled'], ...['missed', 'missed', 'missed']])
        expect([...timesSent(wire).values()].filter(times => times > 1)).toEqual([])
      })
    })
  })

  it('copies nothing of what was before its beginning, also not when that is closed', () => {
    inVirtualTime(({ at, setWallClock }) => {
      setWallClock(Date.UTC(2026, 0, 7, 12))
      const { broker, kill, lots, results, start } = played({ at }, 60_000)
      kill()
      at(5_000, () => {
        trade(broker, { open: 1 })
      })
      at(6_000, () => {
        start(broker.now())
      })
      at(20_000, () => {
        expect(lots()).toEqual([1, 0, 0, 0])
        trade(broker, { close: 0.5 })
      })
      at(30_000, () => {
        expect(lots()).toEqual([0.5, 0, 0, 0])
        expect(results).toEqual([])
        trade(broker, { open: 1 })
      })
      at(40_000, () => {
        // The first one goes by its equity, which is a little less than the half of the master's by now.
        expect(lots()).toEqual([1.5, 0.49, 0.2, 0.5])
      })
    })
  })

  it('copies after a restart what had to wait behind another order of its follower', () => {
    inVirtualTime(({ at }) => {
      const { broker, kill, lots, start, wire } = played({ at }, 90_000)
      at(20_000, () => {
        const on = { accountId: EQUAL }
        broker.fault({ kind: 'slow', payloadType: PROTO_OA_NEW_ORDER_REQ, ms: 1_500, on })
        trade(broker, { open: 1 })
        trade(broker, { open: 1 })
      })
      at(21_000, () => {
        kill()
        start()
      })
      at(40_000, () => {
        expect(lots()).toEqual([2, 1, 0.4, 1])
        expect([...timesSent(wire).values()].filter(times => times > 1)).toEqual([])
      })
    })
  })

  it('sends each order at most once, also if answers are lost and processes die', () => {
    const trouble = fc.constantFrom<Trouble>(
      { kind: 'drop' },
      { kind: 'kill' },
      { kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true },
      { kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: false },
      { kind: 'slow', payloadType: PROTO_OA_NEW_ORDER_REQ, ms: 3_000 },
      { kind: 'malformed', payloadType: PROTO_OA_EXECUTION_EVENT },
      { kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode: 'NOT_ENOUGH_MONEY', carrier: 2132 },
    )
    const act = fc.oneof(
      fc.constantFrom({ open: 1 }, { open: -1 }, { open: 2 }),
      fc.constantFrom({ close: 0.5 }, { close: 1 }),
    )
    const schedule = fc.array(
      fc.record({ act, trouble: fc.option(trouble), before: fc.integer({ min: -500, max: 500 }) }),
      { minLength: 2, maxLength: 6 },
    )
    fc.assert(
      fc.property(schedule, steps => {
        inVirtualTime(({ at }) => {
          const begin = 15_000
          const end = begin + steps.length * 3_000 + 120_000
          const { broker, kill, lots, results, start, wire } = played({ at }, end)
          steps.forEach(({ act: traded, before, trouble: given }, index) => {
            const ms = begin + index * 3_000
            at(ms, () => {
              trade(broker, traded)
            })
            if (given)
              at(ms - before, () => {
                if (given.kind !== 'kill') broker.fault(given)
                else {
                  kill()
                  start()
                }
              })
          })
          at(end - 1, () => {
            expect([...timesSent(wire)].filter(([, times]) => times > 1)).toEqual([])
            const [master = 0, ...own] = lots()
            const ratios = [0.5, NaN, 0.5]
            FOLLOWERS.forEach((id, index) => {
              const ratio = ratios[index] ?? NaN
              const isWell = results.every(({ accountId, status }) => accountId !== id || status === 'filled')
              // Each position is rounded down, and the equity that it began with differs a little.
              const isEqual = Math.abs((own[index] ?? 0) - ratio * master) < 0.011 * steps.length
              expect([id, !isWell || Number.isNaN(ratio) || isEqual]).toEqual([id, true])
            })
          })
        })
      }),
      { numRuns: Number(process.env['COPY_RUNS'] ?? 10) },
    )
  })
})
