import { of, throwError } from 'rxjs'
import {
  PayloadType,
  closePosition,
  lots,
  memoryJournal,
  pips,
  placeOrder,
  price,
  recoverOrders,
} from 'rx-ctrader'
import type { OrderIntent, Journal, NewOrder, RecoveredOrder } from 'rx-ctrader'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Seen } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_ORDER_LIST_REQ,
} = PayloadType

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const intent = (id: string, accountId = ACCOUNT): OrderIntent => ({
  state: 'intended',
  id,
  accountId,
  payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  payload: { ctidTraderAccountId: accountId, symbolId: 1, orderType: 1, tradeSide: 1, volume: 1_000_000 },
  at: 0,
})

const told = ({ values }: Seen<RecoveredOrder>): string[] =>
  values.map(({ intent: { id }, update: { status } }) => `${id} ${status}`)

/** What a process has written that died in the middle of a line. */
const leftBehind = (...entries: OrderIntent[]): Journal => {
  const journal = memoryJournal()
  entries.forEach(journal.append)
  return journal
}

describe('recoverOrders', () => {
  it('completes at once where nothing is open', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = watch(recoverOrders(account, { journal: memoryJournal() }))
      at(1_000, () => {
        expect([seen.values, seen.completed, asked()]).toEqual([[], true, []])
      })
    })
  })

  it('tells of what cannot be found that it cannot, and finds it later, without an error (G1)', () => {
    scene(({ account, at, broker, watch }) => {
      const journal = leftBehind(intent('a-1'))
      const seen = watch(recoverOrders(account, { journal }))
      at(59_000, () => {
        expect(seen.values).toEqual([])
      })
      at(90_000, () => {
        expect(told(seen)).toEqual(['a-1 notFound'])
        expect(seen.values[0]).toMatchObject({
          intent: intent('a-1'),
          update: { cause: { reason: 'NotFound', id: 'a-1' } },
        })
        expect(seen.completed).toBe(true)
        const again = watch(recoverOrders(account, { journal, horizon: 5_000 }))
        at(20_000, () => {
          expect([told(again), again.completed]).toEqual([['a-1 notFound'], true])
          // It comes late, and is no more open when it has ended.
          broker.trade((exchange, now) =>
            exchange.newOrder(ACCOUNT, intent('a-1').payload as never, { at: now, clientMsgId: 'a-1' }),
          )
        })
        at(30_000, () => {
          const last = watch(recoverOrders(account, { journal }))
          expect([last.values, last.completed]).toEqual([[], true])
        })
      })
    })
  })

  it('tells what became of many with as many questions as of one', () => {
    scene(({ account, asked, at, broker, watch }) => {
      // Written and sent. Their process was gone when they were answered.
      const names = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6', 'a-7', 'a-8']
      for (const clientMsgId of names)
        broker.trade((exchange, at) =>
          exchange.newOrder(ACCOUNT, intent(clientMsgId).payload as never, { at, clientMsgId }),
        )
      at(1_000, () => {
        const seen = watch(
          recoverOrders(account, { journal: leftBehind(...names.map(name => intent(name))) }),
        )
        at(500, () => {
          expect(told(seen)).toEqual(names.map(name => `${name} filled`))
          expect(seen.completed).toBe(true)
          expect(asked().sort()).toEqual([PROTO_OA_DEAL_LIST_REQ, PROTO_OA_ORDER_LIST_REQ])
        })
      })
    })
  })

  it('asks for the deals of one order where the list of deals cannot be had', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.trade((exchange, at) =>
        exchange.newOrder(ACCOUNT, intent('a-1').payload as never, { at, clientMsgId: 'a-1' }),
      )
      at(1_000, () => {
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_DEAL_LIST_REQ, errorCode: 'UNKNOWN_ERROR' })
        const seen = watch(recoverOrders(account, { journal: leftBehind(intent('a-1')) }))
        at(500, () => {
          expect(told(seen)).toEqual(['a-1 filled'])
          expect(asked()).toContain(PROTO_OA_ORDER_DETAILS_REQ)
        })
      })
    })
  })

  it('follows what waits for its price to its end', () => {
    scene(({ account, at, broker, watch }) => {
      const journal = memoryJournal()
      const dead = watch(placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }, { journal }))
      at(1_000, () => {
        expect(dead.values.at(-1)?.status).toBe('accepted')
        dead.unsubscribe()
        broker.drop()
      })
      at(5_000, () => {
        const seen = watch(recoverOrders(account, { journal }))
        const id = dead.values[0]?.clientOrderId ?? ''
        at(5_000, () => {
          expect(told(seen)).toEqual([`${id} accepted`])
          expect(seen.completed).toBe(false)
          broker.shift(1, -20_000)
        })
        at(20_000, () => {
          expect(told(seen)).toEqual([`${id} accepted`, `${id} filled`])
          expect(seen.completed).toBe(true)
        })
      })
    })
  })

  it('finds out what callers of this process have given up, without a journal', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, stopLoss: pips(20) }))
      at(110, () => {
        broker.drop()
        seen.unsubscribe()
      })
      at(5_000, () => {
        const found = watch(recoverOrders(account))
        at(5_000, () => {
          expect(found.values.map(({ update: { status } }) => status)).toEqual(['filled', 'protected'])
          const [position] = broker.exchange.ledger(ACCOUNT).positions
          const closed = watch(closePosition(account, { positionId: position?.positionId ?? NaN }))
          at(5_000, () => {
            expect(closed.completed).toBe(true)
            expect(watch(recoverOrders(account)).completed).toBe(true)
          })
        })
      })
    })
  })

  it('goes by what was heard of them before, where the server gives no names back', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }), 1_000)
        at(2_000, () => {
          expect(seen.values.map(({ status }) => status)).toEqual(['sent', 'accepted'])
          broker.drop()
        })
        at(5_000, () => {
          const found = watch(recoverOrders(account))
          at(5_000, () => {
            expect(found.values.map(({ update: { status } }) => status)).toEqual(['accepted'])
            broker.drop()
            broker.shift(1, -20_000)
          })
          at(20_000, () => {
            expect(found.values.map(({ update: { status } }) => status)).toEqual(['accepted', 'filled'])
            expect(found.completed).toBe(true)
          })
        })
      },
      { unknowns: { listedClientOrderIds: false } },
    )
  })

  it('leaves the orders of other accounts alone', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = watch(recoverOrders(account, { journal: leftBehind(intent('a-1', 4711)) }))
      at(1_000, () => {
        expect([seen.values, seen.completed, asked()]).toEqual([[], true, []])
      })
    })
  })

  it('errors where the journal cannot be read', () => {
    scene(({ account, at, watch }) => {
      const journal: Journal = { append: () => of(), load: () => throwError(() => new Error('no disk')) }
      const seen = watch(recoverOrders(account, { journal }))
      at(1_000, () => {
        expect(seen.error).toEqual(new Error('no disk'))
      })
    })
  })

  it.each([
    ['of no known kind', { payloadType: 9_999, payload: {} }],
    ['of no command', { payloadType: PayloadType.PROTO_OA_TRADER_REQ }],
    ['named like what every object has', { payloadType: 'constructor' }],
    ['without a payload', { payload: null }],
    [
      'that could not have been sent',
      { payloadType: PROTO_OA_CANCEL_ORDER_REQ, payload: { ctidTraderAccountId: 1, orderId: 'x' } },
    ],
    ['of no time', { at: null }],
  ])('finds out the others first where there is an entry %s, and then names it', (_, wrong) => {
    scene(({ account, at, watch }) => {
      const journal = leftBehind({ ...intent('a-1'), ...wrong } as OrderIntent, intent('a-2'))
      const seen = watch(recoverOrders(account, { journal, horizon: 5_000 }))
      at(20_000, () => {
        expect(told(seen)).toEqual(['a-2 notFound'])
        expect(seen.error).toMatchObject({ reason: 'InvalidOption', option: 'journal' })
        expect(seen.error).toHaveProperty('message', 'journal has invalid entries: a-1')
        // It stays where it is, to be looked at.
        const next = watch(recoverOrders(account, { journal, horizon: 5_000 }))
        at(20_000, () => {
          expect(next.error).toMatchObject({ reason: 'InvalidOption' })
        })
      })
    })
  })

  it('names an entry without a name by where it is, and lets be what is settled or of another account', () => {
    scene(({ account, at, watch }) => {
      const entries: unknown[] = [
        intent('a-1'),
        null,
        { ...intent('a-2'), id: 7 },
        { ...intent('a-3'), payload: null },
        { state: 'settled', id: 'a-3', accountId: ACCOUNT, outcome: 'filled' },
        { ...intent('a-4', 4711), payload: null },
        { ...intent('a-5'), state: 'lost' },
      ]
      const seen = watch(
        recoverOrders(account, { journal: { append: () => of(), load: () => of(entries as OrderIntent[]) } }),
      )
      at(90_000, () => {
        expect(told(seen)).toEqual(['a-1 notFound'])
        expect(seen.error).toMatchObject({
          message: 'journal has invalid entries: number 2, number 3, number 7',
        })
      })
    })
  })

  it.each([
    ['nothing', undefined],
    ['what is no input', {}],
    ['an entry after the other', [intent('a-1')]],
    ['no array', of(undefined)],
  ])('says so where a journal loads %s', (_, loaded) => {
    scene(({ account, at, watch }) => {
      const journal = { append: () => of(), load: () => loaded } as unknown as Journal
      const seen = watch(recoverOrders(account, { journal }))
      at(1_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidOption',
          message: 'journal must load an array of entries',
        })
      })
    })
  })

  it('errors with the account, and leaves open what is', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
        errorCode: 'RET_ACCOUNT_DISABLED',
      })
      const journal = leftBehind(intent('a-1'))
      const seen = watch(recoverOrders(account, { journal }))
      at(1_000, () => {
        expect(seen.error).toMatchObject({ errorCode: 'RET_ACCOUNT_DISABLED' })
        const next = watch(recoverOrders(account, { journal }))
        at(90_000, () => {
          expect(told(next)).toEqual(['a-1 notFound'])
        })
      })
    })
  })
})
