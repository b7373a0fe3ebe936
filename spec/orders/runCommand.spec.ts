import { EMPTY, NEVER, asyncScheduler, filter, map, of, skip, take, takeUntil, throwError, timer } from 'rxjs'
import { openIn } from '../../src/orders/model/journal'
import { PayloadType, createClient, lots, pips, placeOrder } from 'rx-ctrader'
import type {
  Account,
  CTraderError,
  Journal,
  JournalEntry,
  NewOrder,
  OrderOptions,
  OrderUpdate,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import type { Seen } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_ORDER_ERROR_EVENT,
} = PayloadType

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const ordersIn = ({ broker }: Scene): readonly unknown[] => broker.exchange.ledger(ACCOUNT).orders
const commandsIn = ({ wire }: Scene): readonly number[] => wire.sentTypes().filter(type => type === NEW_ORDER)

/** A journal that notes what is written into it. */
const noted = (append?: (entry: JournalEntry) => unknown): Journal & { readonly entries: JournalEntry[] } => {
  const entries: JournalEntry[] = []
  return {
    entries,
    append: entry => {
      entries.push(entry)
      return append?.(entry)
    },
    load: () => of(entries),
  }
}

describe('a command', () => {
  it('is written down before it leaves, and when it has ended, before it completes', () => {
    scene(all => {
      const { account, at, watch, wire } = all
      const left: number[] = []
      const journal = noted(({ state }) => {
        left.push(commandsIn(all).length)
        return timer(state === 'intended' ? 1_000 : 500)
      })
      const seen = watch(placeOrder(account, buy, { journal }))
      at(900, () => {
        expect(journal.entries).toEqual([
          {
            state: 'intended',
            id: expect.any(String) as string,
            accountId: ACCOUNT,
            payloadType: NEW_ORDER,
            payload: expect.objectContaining({ symbolId: 1, volume: 1_000_000 }) as object,
            at: expect.any(Number) as number,
          },
        ])
        expect([statuses(seen), commandsIn(all)]).toEqual([[], []])
      })
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        const [sent, , filled] = seen.timed.map(([ms]) => ms)
        expect(sent).toBeGreaterThan(1_000)
        expect(seen.completed).toBe(true)
        const [{ id } = { id: '' }, settled] = journal.entries
        expect(settled).toEqual({ state: 'settled', id, accountId: ACCOUNT, outcome: 'filled' })
        expect(left).toEqual([0, 1])
        expect(filled).toBeLessThan(2_000)
        expect(wire.sent.at(-1)).toMatchObject({ clientMsgId: id, payload: { clientOrderId: id } })
      })
    })
  })

  it('has the name its caller gives it', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, clientOrderId: 'mine' }))
      at(5_000, () => {
        expect(seen.values.map(({ clientOrderId }) => clientOrderId)).toEqual(['mine', 'mine', 'mine'])
        expect(broker.exchange.ledger(ACCOUNT).orders).toMatchObject([{ clientOrderId: 'mine' }])
      })
    })
  })

  it.each<readonly [string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects what it gives back', () => throwError(() => new Error('disk full'))],
  ])('is not sent where the journal %s', (_, append) => {
    scene(all => {
      const { account, at, watch } = all
      const journal = noted(({ state }) => (state === 'intended' ? append() : EMPTY))
      const seen = watch(placeOrder(account, buy, { journal }))
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotSent', detail: 'disk full' })
        expect([statuses(seen), commandsIn(all)]).toEqual([[], []])
        expect(openIn(journal.entries)).toEqual([])
      })
    })
  })

  it.each<readonly [string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no such file')
      },
    ],
    ['errors', () => throwError(() => new Error('no such file'))],
    ['loads no entries', () => of('entries')],
  ])('is not sent where the journal cannot be read, and is when it can: it %s (G6)', (_, load) => {
    scene(all => {
      const { account, at, watch } = all
      let isBroken = true
      const journal = noted()
      const broken = {
        append: journal.append,
        load: () => (isBroken ? load() : journal.load()),
      } as unknown as Journal
      const seen = watch(placeOrder(account, buy, { journal: broken }))
      at(5_000, () => {
        const { reason } = seen.error as CTraderError
        expect(['NotSent', 'InvalidOption']).toContain(reason)
        expect([journal.entries, statuses(seen), commandsIn(all)]).toEqual([[], [], []])
        isBroken = false
        const next = watch(placeOrder(account, buy, { journal: broken }))
        at(5_000, () => {
          expect(statuses(next)).toContain('filled')
        })
      })
    })
  })

  it('tells its outcome also where that cannot be written down any more', () => {
    scene(({ account, at, watch }) => {
      const journal = noted(({ state }) => {
        if (state === 'settled') throw new Error('disk full')
      })
      const seen = watch(placeOrder(account, buy, { journal }))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect([seen.error, seen.completed]).toEqual([undefined, true])
      })
    })
  })

  it('is withdrawn by a caller who leaves before it has left', () => {
    scene(all => {
      const { account, at, watch } = all
      const journal = noted(({ state }) => (state === 'intended' ? timer(1_000) : EMPTY))
      watch(placeOrder(account, buy, { journal }), 500)
      at(5_000, () => {
        expect(commandsIn(all)).toEqual([])
        expect(journal.entries.map(({ state }) => state)).toEqual(['intended', 'settled'])
        expect(journal.entries[1]).toMatchObject({ outcome: 'notSent' })
      })
    })
  })

  it('goes on without a caller who leaves after it has left, and its end is still written down', () => {
    scene(({ account, at, broker, watch }) => {
      const journal = noted()
      const seen = watch(placeOrder(account, { ...buy, stopLoss: pips(20) }, { journal }), 120)
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted'])
        expect(broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
        expect(journal.entries.at(-1)).toMatchObject({ state: 'settled', outcome: 'protected' })
      })
    })
  })

  it('that is refused after its caller has left is written down as rejected', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: NEW_ORDER,
        errorCode: 'MARKET_CLOSED',
        carrier: PROTO_OA_ORDER_ERROR_EVENT,
      })
      const journal = noted()
      const seen = watch(placeOrder(account, buy, { journal }), 95)
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent'])
        expect(journal.entries.at(-1)).toMatchObject({ state: 'settled', outcome: 'rejected' })
      })
    })
  })

  it('stays open in the journal where the line is lost before its end was heard', () => {
    scene(({ account, at, broker, watch }) => {
      const journal = noted()
      watch(placeOrder(account, buy, { journal }), 120)
      at(130, broker.drop)
      at(20_000, () => {
        expect(openIn(journal.entries)).toHaveLength(1)
      })
    })
  })

  it.each([
    [50, 'UNKNOWN_ERROR'],
    [PROTO_OA_ORDER_ERROR_EVENT, 'MARKET_CLOSED'],
    [PROTO_OA_ERROR_RES, 'BLOCKED_PAYLOAD_TYPE'],
  ])('that is refused by %i is rejected', (carrier, errorCode) => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: NEW_ORDER, errorCode, description: 'no', carrier })
      const journal = noted()
      const seen = watch(placeOrder(account, { ...buy, clientOrderId: 'mine' }, { journal }))
      at(5_000, () => {
        expect(seen.values.at(-1)).toEqual({
          status: 'rejected',
          errorCode,
          description: 'no',
          clientOrderId: 'mine',
        })
        expect(seen.completed).toBe(true)
        expect(journal.entries.at(-1)).toMatchObject({ outcome: 'rejected' })
      })
    })
  })

  it('that the server gave up on may have been done: it is found out', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: NEW_ORDER,
        errorCode: 'TIMEOUT_ERROR',
        carrier: PROTO_OA_ORDER_ERROR_EVENT,
      })
      const seen = watch(placeOrder(account, buy))
      at(90_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.values[1]).toMatchObject({ cause: { reason: 'Refused', errorCode: 'TIMEOUT_ERROR' } })
        expect(seen.error).toMatchObject({ reason: 'NotFound', cause: { errorCode: 'TIMEOUT_ERROR' } })
      })
    })
  })

  it('that breaks a rule is not sent, and nothing is written down', () => {
    scene(all => {
      const { account, at, watch } = all
      const journal = noted()
      const seen = watch(placeOrder(account, { ...buy, volume: lots(0.001) }, { journal }))
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule: 'minVolume' })
        expect([journal.entries, commandsIn(all)]).toEqual([[], []])
      })
    })
  })

  it('that has a field of the wrong type is not sent, and that is written down', () => {
    scene(all => {
      const { account, at, watch } = all
      const journal = noted()
      const seen = watch(placeOrder(account, { ...buy, positionId: 'one' as never }, { journal }))
      at(5_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidRequest',
          faults: [{ path: 'payload.positionId' }],
        })
        expect(commandsIn(all)).toEqual([])
        expect(openIn(journal.entries)).toEqual([])
      })
    })
  })

  it.each([
    ['grace', { grace: -1 }],
    ['grace', { grace: NaN }],
    ['grace', { grace: Infinity }],
    ['horizon', { horizon: -1 }],
    ['horizon', { horizon: Infinity }],
    ['timeout', { timeout: -1 }],
    ['timeout', { timeout: 2 ** 31 }],
    ['journal', { journal: null }],
    ['journal', { journal: { append: () => undefined } }],
    ['whenReconnected', { whenReconnected: 'sent' }],
    ['whenDisconnected', { whenDisconnected: 'send' }],
    ['jurnal', { jurnal: noted() }],
  ])('is not sent where its %s is unusable or misspelt: %j', (option, options) => {
    scene(all => {
      const seen = all.watch(placeOrder(all.account, buy, options as OrderOptions))
      all.at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'InvalidOption', option })
        expect(commandsIn(all)).toEqual([])
      })
    })
  })

  it('is still told of when nothing that can be read comes after it has left', () => {
    scene(({ account, at, broker, watch }) => {
      // What is filled is read as the protection's: not a word of the order itself.
      at(1_000, () => {
        broker.fault({ kind: 'malformed', payloadType: PROTO_OA_EXECUTION_EVENT, times: 2 })
        const seen = watch(placeOrder(account, { ...buy, stopLoss: pips(50) }))
        at(30_000, () => {
          expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'accepted', 'filled', 'protected'])
          expect(seen.completed).toBe(true)
        })
      })
    })
  })

  it('leaves also where its caller leaves at the word of it, and nobody else keeps the line', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      const client = createClient({
        connect: broker.connect,
        clientId: 'demo',
        clientSecret: 'demo',
        linger: 0,
      })
      const account = client.account({ accountId: ACCOUNT, accessToken: 'demo' })
      const seen = watch(placeOrder(account, buy).pipe(take(1)))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent'])
        expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(1)
        expect(broker.lines()).toEqual([])
      })
    })
  })
})

describe('a command that has not left', () => {
  /** The line is lost at 500 ms, and back at 1 000 or so. */
  const whileLost = (ask: (all: Scene) => void, tuning: Parameters<typeof scene>[2] = {}): void => {
    scene(
      all => {
        all.at(500, all.broker.drop)
        ask(all)
      },
      {},
      tuning,
    )
  }

  it('is not sent when it is asked for while the line is restored', () => {
    whileLost(all => {
      const { account, at, watch } = all
      at(600, () => {
        const seen = watch(placeOrder(account, buy))
        expect(seen.error).toMatchObject({
          reason: 'NotSent',
          detail: expect.stringContaining('lost') as string,
        })
      })
      at(10_000, () => {
        expect(ordersIn(all)).toEqual([])
      })
    })
  })

  it('waits for the next line where its caller wants it to', () => {
    whileLost(({ account, at, watch }) => {
      at(600, () => {
        const seen = watch(placeOrder(account, buy, { whenDisconnected: 'wait' }))
        at(10_000, () => {
          expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        })
      })
    })
  })

  const leaving = (options: OrderOptions, check: (all: Scene, seen: Seen<OrderUpdate>) => void): void => {
    // The first of the lane goes out, the second waits until the line is lost.
    whileLost(
      all => {
        const { account, at, watch } = all
        const seen = watch(placeOrder(account, buy, { journal: noted(), ...options }))
        at(499, () => {
          expect(statuses(seen)).toEqual([])
        })
        at(20_000, () => {
          check(all, seen)
        })
      },
      { rateLimits: { live: 2, historical: 5 } },
    )
  }

  it('is withdrawn when the line is lost', () => {
    leaving({}, (all, seen) => {
      expect(seen.error).toMatchObject({ reason: 'NotSent' })
      expect([statuses(seen), ordersIn(all)]).toEqual([[], []])
    })
  })

  it('leaves on the next line where its caller wants it to, once', () => {
    leaving({ whenDisconnected: 'wait' }, (all, seen) => {
      expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
      expect(ordersIn(all)).toHaveLength(1)
      expect(commandsIn(all)).toHaveLength(1)
    })
  })

  it('is withdrawn from its lane, and that is written down', () => {
    whileLost(
      all => {
        const { account, at, watch } = all
        const journal = noted()
        // Answered from what is known: nothing of it has to be asked.
        const first = watch(placeOrder(account, buy))
        const orders = Array.from({ length: 12 }, () => watch(placeOrder(account, buy, { journal })))
        at(20_000, () => {
          expect(statuses(first)).toContain('filled')
          const [left, withdrawn] = [
            orders.filter(({ values }) => values.length > 0),
            orders.filter(({ values }) => values.length === 0),
          ]
          expect(left.length).toBeGreaterThan(0)
          expect(withdrawn.length).toBeGreaterThan(0)
          for (const { error } of withdrawn) expect(error).toMatchObject({ reason: 'NotSent' })
          expect(openIn(journal.entries)).toEqual([])
          expect(
            journal.entries.filter(entry => entry.state === 'settled' && entry.outcome === 'notSent'),
          ).toHaveLength(withdrawn.length)
          expect(ordersIn(all)).toHaveLength(1 + left.length)
        })
      },
      { rateLimits: { live: 16, historical: 5 } },
    )
  })

  it('waits for the line that is being made', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(placeOrder(account, buy))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
      })
    })
  })

  /** The first two attempts fail, the third one does not. */
  const failing = (ask: (all: Scene) => void): void => {
    scene(all => {
      all.broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
        errorCode: 'UNKNOWN_ERROR',
        times: 2,
      })
      ask(all)
    })
  }

  it('is not sent when the attempt fails, also the first: nobody waits for an order of a minute ago', () => {
    failing(all => {
      const { account, at, watch } = all
      const seen = watch(placeOrder(account, buy))
      at(500, () => {
        expect(seen.error).toMatchObject({
          reason: 'NotSent',
          cause: { reason: 'Refused', errorCode: 'UNKNOWN_ERROR' },
        })
      })
      at(20_000, () => {
        expect([statuses(seen), ordersIn(all)]).toEqual([[], []])
      })
    })
  })

  it('is not sent when the attempt fails that is under way while the line is restored', () => {
    failing(all => {
      const { account, at, watch } = all
      let seen: Seen<OrderUpdate> | undefined
      account.authenticated$
        .pipe(
          filter(({ status }) => status === 'authenticatingAccount'),
          skip(1),
          take(1),
        )
        .subscribe(() => {
          seen = watch(placeOrder(account, buy))
        })
      at(20_000, () => {
        expect(seen?.error).toMatchObject({ reason: 'NotSent' })
        expect([seen?.values, ordersIn(all)]).toEqual([[], []])
      })
    })
  })

  it('waits for the first line through all attempts where its caller wants it to', () => {
    failing(({ account, at, watch }) => {
      const seen = watch(placeOrder(account, buy, { whenDisconnected: 'wait' }))
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
      })
    })
  })

  const MAINTENANCE = { kind: 'maintenance', seconds: 120 } as const

  it('is not sent when it could not leave in time, whatever it has waited for', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      at(1_000, () => {
        broker.fault(MAINTENANCE)
        const [seen, patient] = [
          watch(placeOrder(account, buy)),
          watch(placeOrder(account, buy, { timeout: 60_000 })),
        ]
        at(9_999, () => {
          expect([seen.error, statuses(seen)]).toEqual([undefined, []])
        })
        at(10_001, () => {
          expect(seen.error).toMatchObject({
            reason: 'NotSent',
            detail: 'it could not leave within 10000 ms',
          })
          expect(patient.error).toBeUndefined()
        })
        at(60_001, () => {
          expect(patient.error).toMatchObject({ reason: 'NotSent' })
        })
      })
      at(300_000, () => {
        expect(ordersIn(all)).toEqual([])
      })
    })
  })

  it('is not sent when it has its turn after its time, as after a sleep, whatever the timers say (G5)', () => {
    scene(({ account, at, watch }) => {
      const asked: (() => unknown)[] = []
      // A line on which orders have their turn when the spec wants it.
      const slow: Account = {
        ...account,
        accountAuth$: account.accountAuth$.pipe(
          map(link => ({
            ...link,
            command: (_, __, ___, mayLeave = () => undefined) => {
              asked.push(mayLeave)
              return NEVER
            },
          })),
        ),
      }
      watch(placeOrder(slow, buy, { timeout: 10_000 }), 9_000)
      at(5_000, () => {
        expect(asked.map(mayLeave => mayLeave())).toEqual([undefined])
        const asleep = jest.spyOn(asyncScheduler, 'now').mockReturnValue(asyncScheduler.now() + 20_000)
        expect(asked.map(mayLeave => mayLeave())).toMatchObject([
          { reason: 'NotSent', detail: 'it could not leave within 10000 ms' },
        ])
        asleep.mockRestore()
      })
    })
  })

  it('waits for whatever it takes where its caller wants it to', () => {
    scene(({ account, at, broker, watch }) => {
      at(1_000, () => {
        broker.fault(MAINTENANCE)
        const seen = watch(placeOrder(account, buy, { whenDisconnected: 'wait' }))
        at(300_000, () => {
          expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        })
      })
    })
  })

  it('is not sent where the account ends without a word before there was a line', () => {
    scene(({ account, at, watch }) => {
      const ending: Account = {
        ...account,
        accountAuth$: NEVER.pipe(takeUntil(timer(100))),
        authenticated$: EMPTY,
      }
      const seen = watch(placeOrder(ending, buy))
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotSent' })
      })
    })
  })

  it('is not sent where the account can never be authenticated', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
        errorCode: 'RET_ACCOUNT_DISABLED',
      })
      const seen = watch(placeOrder(account, buy))
      at(5_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'NotSent',
          detail: expect.stringContaining('RET_ACCOUNT_DISABLED') as string,
          cause: { reason: 'Refused', errorCode: 'RET_ACCOUNT_DISABLED' },
        })
      })
    })
  })
})
