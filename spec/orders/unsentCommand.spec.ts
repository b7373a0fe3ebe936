import { EMPTY, NEVER, asyncScheduler, filter, map, skip, take, takeUntil, timer } from 'rxjs'
import { openIntents } from '../../src/orders/model/journal'
import { PayloadType, lots, placeOrder } from 'rx-ctrader'
import type { Account, NewOrder, OrderOptions, OrderUpdate } from 'rx-ctrader'
import { asOpenLink } from '../../src/connection/link'
import type { OpenLink } from '../../src/connection/link'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { containing } from '../support/drawn'
import { noted } from '../support/notedJournal'
import { STATUS, statusOf, statuses } from '../support/statuses'
import type { Seen } from '../support/virtualTime'

const { PROTO_OA_ACCOUNT_AUTH_REQ } = PayloadType

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const ordersIn = ({ broker }: Scene): readonly unknown[] => broker.exchange.ledger(ACCOUNT).orders
const commandsIn = ({ wire }: Scene): readonly number[] => wire.sentTypes().filter(type => type === NEW_ORDER)

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
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.faults('500ms d')
      const notSent = containing({ reason: 'NotSent', detail: expect.stringContaining('lost') as unknown })
      expectObservable(placeOrder(account, buy), '600ms ^').toBe('600ms #', {}, notSent)
      expectRequests(NEW_ORDER).toBe('')
    })
  })

  it('waits for the next line where its caller wants it to', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('500ms d')
      const update$ = placeOrder(account, buy, { whenDisconnected: 'wait' })
      expectObservable(update$.pipe(statusOf), '600ms ^').toBe('1s (sa) 251ms (f|)', STATUS)
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
          expect(openIntents(journal.entries)).toEqual([])
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
    marbles(
      ({ account, expectObservable }) => {
        const status$ = placeOrder(account, buy).pipe(statusOf)
        expectObservable(status$).toBe('90ms s 19ms a 254ms (f|)', STATUS)
      },
      { authenticated: false, simulator: { latency: 10 } },
    )
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

  it('is not sent when the attempt fails, also the first: an order of a minute ago is too old', () => {
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

  it('is not sent when it could not leave in time, for any reason of the wait', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.faults('1s m', { m: MAINTENANCE })
      const late = containing({ reason: 'NotSent', detail: 'it could not leave within 10000 ms' })
      expectObservable(placeOrder(account, buy), '1001ms ^').toBe('11001ms #', {}, late)
      const patient$ = placeOrder(account, buy, { timeout: 60_000 })
      const notSent = containing({ reason: 'NotSent' })
      expectObservable(patient$, '1001ms ^').toBe('61001ms #', {}, notSent)
      expectRequests(NEW_ORDER).toBe('')
    })
  })

  it('is not sent when it has its turn after its time, as after a sleep, also if the timers are late (G5)', () => {
    scene(({ account, at, watch }) => {
      const asked: (() => unknown)[] = []
      // A line on which orders have their turn when the spec wants it.
      const slow: Account = {
        ...account,
        accountAuth$: account.accountAuth$.pipe(
          map((link): OpenLink => ({
            ...asOpenLink(link),
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

  it('waits as long as needed where its caller wants it to', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('1s m', { m: MAINTENANCE })
      const update$ = placeOrder(account, buy, { whenDisconnected: 'wait' })
      expectObservable(update$.pipe(statusOf), '1001ms ^').toBe('122001ms (sa) 251ms (f|)', STATUS)
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
