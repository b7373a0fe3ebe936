import { from } from 'rxjs'
import { PayloadType, lots, memoryJournal, placeOrder } from 'rx-ctrader'
import type { NewOrder, CTraderError } from 'rx-ctrader'
import { trackClose } from '../../../src/orders/tracking/trackNewOrder'
import { createOrderLife } from '../../../src/orders/tracking/orderLife'
import { absentAnswer } from '../../../src/orders/reconciling/orderQueries'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { statuses } from '../../support/statuses'
import { buy, guarded, waiting, ledger, NOT_THERE, THERE, losing, swallow } from './outcomeScene'

const { PROTO_OA_ACCOUNT_AUTH_REQ } = PayloadType

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ

const ORDER_LIST = PayloadType.PROTO_OA_ORDER_LIST_REQ

const DETAILS = PayloadType.PROTO_OA_ORDER_DETAILS_REQ

describe('the outcome of a new order', () => {
  it('is not found on the next line where it never came, and nothing else is said of it (G2)', () => {
    scene(all => {
      const { account, at, watch } = all
      const seen = watch(losing(all, placeOrder(account, guarded), NOT_THERE))
      at(20_000, () => {
        // Sent and not yet there when the line was lost: that it is in no list proves nothing.
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toBeUndefined()
      })
      at(90_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound', cause: { reason: 'ConnectionLost' } })
        expect(ledger(all).orders).toEqual([])
      })
    })
  })

  it('is all that has happened meanwhile', () => {
    scene(all => {
      const { account, at, watch } = all
      const seen = watch(losing(all, placeOrder(account, guarded), THERE))
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled', 'protected'])
        expect(seen.values[1]).toMatchObject({ cause: { reason: 'ConnectionLost' } })
        expect(seen.completed).toBe(true)
        const [position] = ledger(all).positions
        expect(seen.values.at(-1)).toMatchObject({ position })
      })
    })
  })

  it('comes before the orders that wait for their price, which share their questions (G18)', () => {
    const WAITING = 60
    scene(
      all => {
        const { account, at, watch, wire } = all
        for (let n = 0; n < WAITING; n++) watch(placeOrder(account, waiting, { timeout: 60_000 }))
        at(20_000, () => {
          const seen = watch(losing(all, placeOrder(account, buy), THERE))
          at(20, () => {
            const before = wire.sent.length
            at(3_000, () => {
              expect(statuses(seen)[1]).toBe('outcomeUnknown')
              expect(statuses(seen).at(-1)).toBe('filled')
              const asked = wire.sent.slice(before).map(({ payloadType }) => payloadType)
              expect(asked.filter(type => type === DETAILS || type === ORDER_LIST).length).toBeLessThan(10)
            })
          })
        })
      },
      {},
      { random: () => 0 },
    )
  })

  it('is found on the same line where no answer comes, and tells of what was heard since', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault(swallow(NEW_ORDER, true))
      const seen = watch(placeOrder(account, waiting))
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'accepted'])
        expect(seen.values[1]).toMatchObject({ cause: { reason: 'Timeout', sent: true } })
      })
    })
  })

  it('is not found where the server shows nothing of it for the horizon, both lists, and stays open (G4)', () => {
    scene(all => {
      const { account, at, broker, watch, wire } = all
      broker.fault(swallow(NEW_ORDER, false))
      const journal = memoryJournal()
      const seen = watch(placeOrder(account, buy, { grace: 0, horizon: 30_000, journal }))
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toBeUndefined()
      })
      at(50_000, () => {
        const id = wire.sent.find(({ payloadType }) => payloadType === NEW_ORDER)?.clientMsgId
        expect(seen.error).toMatchObject({ reason: 'NotFound', id, cause: { reason: 'Timeout' } })
        const { asked, message } = seen.error as CTraderError & { readonly asked: number }
        expect(message).toMatch(
          /within [34]\d(\.\d+)? s: asked \d+ times, .*\(2175\).*\(2124\).*may still appear/,
        )
        const types = wire.sentTypes()
        expect(types.filter(type => type === ORDER_LIST)).toHaveLength(asked)
        expect(types.filter(type => type === PayloadType.PROTO_OA_RECONCILE_REQ)).toHaveLength(asked)
        expect(ledger(all).orders).toEqual([])
        from(journal.load()).subscribe(open => {
          expect(open).toMatchObject([{ state: 'intended', id }])
        })
      })
    })
  })

  it('is asked for at once where its answer cannot be read', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'malformed', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT, times: 2 })
      const seen = watch(placeOrder(account, buy))
      at(20_000, () => {
        // The first answer comes before the fill: it shows the order as accepted.
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'accepted', 'filled'])
      })
    })
  })

  it('is asked for where nothing more is heard of it', () => {
    scene(({ account, at, watch, wire }) => {
      const seen = watch(placeOrder(account, guarded))
      at(150, () => {
        wire.lose(PayloadType.PROTO_OA_EXECUTION_EVENT, 2)
      })
      at(9_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted'])
      })
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled', 'protected'])
      })
    })
  })

  it('is asked for until it is told, however that is refused', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      broker.fault({ kind: 'refuse', payloadType: ORDER_LIST, errorCode: 'UNSUPPORTED_MESSAGE', times: 3 })
      const seen = watch(losing(all, placeOrder(account, buy), THERE))
      at(2_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
      })
    })
  })

  it('is asked for again on the line after the next', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      const seen = watch(losing(all, placeOrder(account, buy), THERE))
      // As soon as it is authenticated again, and asks.
      at(660, broker.drop)
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
      })
    })
  })

  it('is found out when the account was forgotten on a healthy line', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, buy))
      at(120, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'outcomeUnknown', 'filled'])
        expect(seen.values[2]).toMatchObject({ cause: { reason: 'SessionEnded' } })
      })
    })
  })

  it('is filled without protections where its position is closed before they are seen', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      const seen = watch(losing(all, placeOrder(account, guarded), THERE))
      at(450, () => {
        const [position] = ledger(all).positions
        broker.trade((exchange, now) =>
          exchange.closePosition(
            ACCOUNT,
            { ctidTraderAccountId: ACCOUNT, positionId: position?.positionId ?? NaN, volume: 1_000_000 },
            { at: now, clientMsgId: 'broker' },
          ),
        )
      })
      at(630, () => {
        broker.drop()
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('is filled without protections where they do not come', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      const seen = watch(losing(all, placeOrder(account, guarded), THERE))
      at(450, () => {
        const [position] = ledger(all).positions
        broker.trade((exchange, now) =>
          exchange.amendPosition(
            ACCOUNT,
            { ctidTraderAccountId: ACCOUNT, positionId: position?.positionId ?? NaN },
            { at: now, clientMsgId: 'broker' },
          ),
        )
      })
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
        expect(seen.completed).toBe(false)
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('of one that waits for its price is looked up after each lost line, without a word where it is as it was', () => {
    scene(all => {
      const { account, at, broker, asked, watch } = all
      const seen = watch(placeOrder(account, waiting))
      at(1_000, broker.drop)
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted'])
        // Where it is still pending it has not changed.
        expect(asked().filter(type => type === DETAILS)).toEqual([])
        broker.drop()
        const [order] = ledger(all).orders
        broker.trade((exchange, now) =>
          exchange.cancelOrder(
            ACCOUNT,
            { ctidTraderAccountId: ACCOUNT, orderId: order?.orderId ?? NaN },
            { at: now, clientMsgId: 'broker' },
          ),
        )
      })
      at(40_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'cancelled'])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('stays unknown where the account can never be authenticated again, with the cause', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, buy))
      at(120, () => {
        broker.drop()
        broker.fault({
          kind: 'refuse',
          payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
          errorCode: 'RET_ACCOUNT_DISABLED',
        })
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'RET_ACCOUNT_DISABLED' })
      })
    })
  })

  it('is looked for from a day before, where the server requires a time range', () => {
    scene(({ account, at, broker, watch, wire }) => {
      broker.fault({ kind: 'refuse', payloadType: ORDER_LIST, errorCode: 'INCORRECT_BOUNDARIES' })
      broker.fault(swallow(NEW_ORDER, false))
      const seen = watch(placeOrder(account, buy, { horizon: 30_000 }))
      at(60_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        const lists = wire.sent.filter(({ payloadType }) => payloadType === ORDER_LIST)
        const [first, ...others] = lists.map(({ payload = {} }) => 'fromTimestamp' in payload)
        // Once it has said so it is told at once.
        expect(first).toBe(false)
        expect(others.length).toBeGreaterThan(1)
        expect(others).not.toContain(false)
        expect(lists[1]?.payload).toMatchObject({ fromTimestamp: 0 })
      })
    })
  })

  it('is not that of another order of the same name', () => {
    scene(({ account, at, broker, watch }) => {
      const named: NewOrder = { ...buy, clientOrderId: 'C' }
      watch(placeOrder(account, named))
      at(1_000, () => {
        broker.fault(swallow(NEW_ORDER, false))
        const more = watch(placeOrder(account, { ...named, volume: lots(0.3) }))
        at(90_000, () => {
          expect(statuses(more)).toEqual(['sent', 'outcomeUnknown'])
          expect(more.error).toMatchObject({ reason: 'NotFound' })
        })
      })
    })
  })

  it('is not that of an order which was there before and cannot be seen now', () => {
    const lifeWith = (ids: object) => ({ life: createOrderLife(trackClose({ clientMsgId: 'one' }), ids) })
    expect(absentAnswer(lifeWith({ orderId: 7 }))).toMatchObject({ state: 'absent' })
    expect(absentAnswer(lifeWith({ orderId: 7 })).detail).toContain('order 7')
    expect(absentAnswer(lifeWith({}))).toMatchObject({ state: 'absent' })
  })
})
