import { EMPTY, map, of, take, throwError, timer } from 'rxjs'
import { openIntents } from '../../src/orders/model/journal'
import { PayloadType, createClient, lots, pips, placeOrder } from 'rx-ctrader'
import type { CTraderError, Journal, NewOrder, OrderOptions } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { containing } from '../support/drawn'
import { noted } from '../support/notedJournal'
import { STATUS, statusOf, statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_ERROR_RES, PROTO_OA_EXECUTION_EVENT, PROTO_OA_ORDER_ERROR_EVENT } = PayloadType

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const commandsIn = ({ wire }: Scene): readonly number[] => wire.sentTypes().filter(type => type === NEW_ORDER)

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
    const { broker } = marbles(kit => {
      const name$ = placeOrder(kit.account, { ...buy, clientOrderId: 'mine' }).pipe(
        map(({ clientOrderId }) => clientOrderId),
      )
      kit.expectObservable(name$).toBe('(mm) 251ms (m|)', { m: 'mine' })
      return kit
    })
    expect(broker.exchange.ledger(ACCOUNT).orders).toMatchObject([{ clientOrderId: 'mine' }])
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
    const journal = noted(({ state }) => (state === 'intended' ? append() : EMPTY))
    marbles(({ account, expectObservable, expectRequests }) => {
      const notSent = containing({ reason: 'NotSent', detail: 'disk full' })
      expectObservable(placeOrder(account, buy, { journal })).toBe('#', {}, notSent)
      expectRequests(NEW_ORDER).toBe('')
    })
    expect(openIntents(journal.entries)).toEqual([])
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
    marbles(({ account, expectObservable }) => {
      const journal = noted(({ state }) => {
        if (state === 'settled') throw new Error('disk full')
      })
      const status$ = placeOrder(account, buy, { journal }).pipe(statusOf)
      expectObservable(status$).toBe('(sa) 251ms (f|)', STATUS)
    })
  })

  it('is withdrawn by a caller who leaves before it has left', () => {
    const journal = noted(({ state }) => (state === 'intended' ? timer(1_000) : EMPTY))
    marbles(({ account, expectObservable, expectRequests }) => {
      expectObservable(placeOrder(account, buy, { journal }), '^ 499ms !').toBe('')
      expectRequests(NEW_ORDER).toBe('')
    })
    expect(journal.entries).toMatchObject([{ state: 'intended' }, { state: 'settled', outcome: 'notSent' }])
  })

  it('goes on without a caller who leaves after it has left, and its end is still written down', () => {
    const journal = noted()
    const { broker } = marbles(kit => {
      const update$ = placeOrder(kit.account, { ...buy, stopLoss: pips(20) }, { journal })
      kit.expectObservable(update$.pipe(statusOf), '^ 99ms !').toBe('(sa)', STATUS)
      return kit
    })
    expect(broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
    expect(journal.entries.at(-1)).toMatchObject({ state: 'settled', outcome: 'protected' })
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

  it('stays open in the journal where the line is lost before its end was told', () => {
    const journal = noted()
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('130ms d')
      const update$ = placeOrder(account, buy, { journal })
      expectObservable(update$.pipe(statusOf), '^ 119ms !').toBe('(sa)', STATUS)
    })
    expect(openIntents(journal.entries)).toHaveLength(1)
  })

  it.each([
    [50, 'UNKNOWN_ERROR'],
    [PROTO_OA_ORDER_ERROR_EVENT, 'MARKET_CLOSED'],
    [PROTO_OA_ERROR_RES, 'BLOCKED_PAYLOAD_TYPE'],
  ])('that is refused by %i is rejected', (carrier, errorCode) => {
    const journal = noted()
    marbles(({ account, broker, expectObservable }) => {
      broker.fault({ kind: 'refuse', payloadType: NEW_ORDER, errorCode, description: 'no', carrier })
      const order: NewOrder = { ...buy, clientOrderId: 'mine' }
      expectObservable(placeOrder(account, order, { journal })).toBe('(sj|)', {
        s: containing({ status: 'sent' }),
        j: { status: 'rejected', errorCode, description: 'no', clientOrderId: 'mine' },
      })
    })
    expect(journal.entries.at(-1)).toMatchObject({ outcome: 'rejected' })
  })

  it('that the server gave up on may have been done: the client asks for its outcome', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: NEW_ORDER,
        errorCode: 'TIMEOUT_ERROR',
        carrier: PROTO_OA_ORDER_ERROR_EVENT,
      })
      const cause: unknown = containing({ reason: 'Refused', errorCode: 'TIMEOUT_ERROR' })
      expectObservable(placeOrder(account, buy)).toBe(
        '(su) 59996ms #',
        { s: containing({ status: 'sent' }), u: containing({ status: 'outcomeUnknown', cause }) },
        containing({ reason: 'NotFound', cause: containing({ errorCode: 'TIMEOUT_ERROR' }) }),
      )
    })
  })

  it('that breaks a rule is not sent, and nothing is written down', () => {
    const journal = noted()
    marbles(({ account, expectObservable, expectRequests }) => {
      const order: NewOrder = { ...buy, volume: lots(0.001) }
      const invalid = containing({ reason: 'InvalidOrder', rule: 'minVolume' })
      expectObservable(placeOrder(account, order, { journal })).toBe('#', {}, invalid)
      expectRequests(NEW_ORDER).toBe('')
    })
    expect(journal.entries).toEqual([])
  })

  it('that has a field of the wrong type is not sent, and that is written down', () => {
    const journal = noted()
    marbles(({ account, expectObservable, expectRequests }) => {
      const order: NewOrder = { ...buy, positionId: 'one' as never }
      const faults: unknown = [containing({ path: 'payload.positionId' })]
      const invalid = containing({ reason: 'InvalidRequest', faults })
      expectObservable(placeOrder(account, order, { journal })).toBe('#', {}, invalid)
      expectRequests(NEW_ORDER).toBe('')
    })
    expect(openIntents(journal.entries)).toEqual([])
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
    marbles(({ account, expectObservable, expectRequests }) => {
      const update$ = placeOrder(account, buy, options as OrderOptions)
      expectObservable(update$).toBe('#', {}, containing({ reason: 'InvalidOption', option }))
      expectRequests(NEW_ORDER).toBe('')
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

  it('leaves also where its caller unsubscribes at once, and nothing else keeps the line', () => {
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
