import { asyncScheduler, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOAAccountType,
  ProtoOAOrderTriggerMethod,
  amendOrder,
  amendProtection,
  closePosition,
  lots,
  pips,
  placeOrder,
  price,
} from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import type { AmendProtectionInput } from '../../../src/orders/amendProtection'
import { hasProtections } from '../../../src/orders/tracking/protectionMatch'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { statuses } from '../../support/statuses'
import { BUY, SELL } from '../../support/tradingFloor'
import type { Seen } from '../../support/virtualTime'

const { TRADE, OPPOSITE } = ProtoOAOrderTriggerMethod

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }
const guarded: NewOrder = { ...buy, stopLoss: pips(50) }
const trailing: NewOrder = { ...guarded, trailingStopLoss: true }

const positions = ({ broker }: Scene) => broker.exchange.ledger(ACCOUNT).positions

describe('protections', () => {
  const stop = { stopLoss: 1.1 }

  it('are those that were asked for where prices and the kind of the stop loss are the same', () => {
    const asked = { stopLoss: 1.1, takeProfit: 1.3, stopLossTriggerMethod: OPPOSITE }
    expect(hasProtections(asked, { ...asked, stopLoss: 1.100_000_000_1 }, BUY)).toBe(true)
    for (const other of [
      { stopLoss: 1.2 },
      { stopLoss: undefined },
      { takeProfit: 1.2 },
      { takeProfit: undefined },
      { trailingStopLoss: true },
      { guaranteedStopLoss: true },
      { stopLossTriggerMethod: TRADE },
      { stopLossTriggerMethod: undefined },
    ]) {
      expect(hasProtections(asked, { ...asked, ...other }, BUY)).toBe(false)
      expect(hasProtections({ ...asked, ...other }, asked, BUY)).toBe(
        other.stopLossTriggerMethod === undefined && 'stopLossTriggerMethod' in other,
      )
    }
  })

  it('are the same where the server leaves out what is the default', () => {
    const spelt = {
      ...stop,
      trailingStopLoss: false,
      guaranteedStopLoss: false,
      stopLossTriggerMethod: TRADE,
    }
    expect(hasProtections(spelt, stop, SELL)).toBe(true)
    expect(hasProtections(stop, spelt, SELL)).toBe(true)
  })

  it('have moved with the market where the stop trails, and never against it', () => {
    const asked = { ...stop, trailingStopLoss: true }
    const at = (stopLoss: number | undefined) => ({ ...asked, stopLoss })
    expect([1.0999, 1.1, 1.1001].map(one => hasProtections(asked, at(one), BUY))).toEqual([false, true, true])
    expect([1.0999, 1.1, 1.1001].map(one => hasProtections(asked, at(one), SELL))).toEqual([
      true,
      true,
      false,
    ])
    expect(hasProtections(asked, at(undefined), BUY)).toBe(false)
  })
})

describe('a change of protections that never came', () => {
  const swallowed = (
    order: NewOrder,
    changes: Omit<AmendProtectionInput, 'positionId'>,
    check: (seen: Seen<OrderUpdate>, all: Scene) => void,
    meanwhile: (all: Scene, positionId: number) => void = () => undefined,
  ): void => {
    scene(all => {
      const { account, at, broker, watch } = all
      watch(placeOrder(account, order))
      at(2_000, () => {
        const [{ positionId } = { positionId: NaN }] = positions(all)
        const payloadType = PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ
        broker.fault({ kind: 'swallow', payloadType, takesEffect: false })
        const seen = watch(amendProtection(account, { positionId, ...changes }))
        at(4_000, () => {
          meanwhile(all, positionId)
        })
        at(90_000, () => {
          check(seen, all)
        })
      })
    })
  }

  const isNotFound = (detail: string) => (seen: Seen<OrderUpdate>) => {
    expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
    expect(seen.error).toMatchObject({
      reason: 'NotFound',
      detail: expect.stringContaining(detail) as string,
    })
  }

  it.each([
    ['a stop loss that trails further away', trailing, { stopLoss: pips(10) }],
    ['a stop loss with another trigger', guarded, { stopTriggerMethod: OPPOSITE }],
    ['a stop loss that does not trail', guarded, { trailingStopLoss: true }],
  ])('is not found: the position has %s', (_, order, changes) => {
    swallowed(order, changes, isNotFound('has other protections (2124)'))
  })

  it('is not found where the position is closed since, with those it had', () => {
    const atTheEnd = isNotFound('is not open (2124), and none of its orders has these protections (2183)')
    const close = ({ account, watch }: Scene, positionId: number): void => {
      watch(closePosition(account, { positionId }))
    }
    swallowed(trailing, { stopLoss: pips(10) }, atTheEnd, close)
    swallowed(guarded, { stopTriggerMethod: OPPOSITE }, atTheEnd, close)
  })
})

describe('a change that another has changed since', () => {
  it('says that there are other terms now', () => {
    scene(all => {
      const { account, at, broker, watch } = all
      watch(placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }))
      at(2_000, () => {
        const [{ orderId } = { orderId: NaN }] = broker.exchange.ledger(ACCOUNT).orders
        broker.fault({
          kind: 'swallow',
          payloadType: PayloadType.PROTO_OA_AMEND_ORDER_REQ,
          takesEffect: true,
        })
        const seen = watch(amendOrder(account, { orderId, price: price(0.91) }))
        at(4_000, () => {
          const [order] = broker.exchange.ledger(ACCOUNT).orders
          expect(order).toMatchObject({ limitPrice: 0.91 })
          watch(amendOrder(account, { orderId, price: price(0.92) }))
        })
        at(90_000, () => {
          expect(seen.error).toMatchObject({
            reason: 'NotFound',
            detail: expect.stringContaining('has other terms') as string,
          })
        })
      })
    })
  })
})

describe('an order that comes to a position with protections', () => {
  const netted = {
    accounts: [
      {
        accountId: ACCOUNT,
        isLive: false,
        traderLogin: 1,
        brokerTitleShort: 'Test',
        accountType: ProtoOAAccountType.NETTED,
      },
    ],
  }

  /** A position with a stop loss at 50 pips, and a second order of it. */
  const second = (
    options: Parameters<typeof scene>[1],
    order: NewOrder,
    check: (seen: Seen<OrderUpdate>, all: Scene) => void,
    how: (order$: Observable<OrderUpdate>, all: Scene) => Observable<OrderUpdate> = order$ => order$,
  ): void => {
    scene(all => {
      const { account, at, watch } = all
      watch(placeOrder(account, guarded))
      at(2_000, () => {
        const [{ positionId } = { positionId: NaN }] = positions(all)
        const isNetted = options === netted
        const seen = watch(how(placeOrder(account, isNetted ? order : { ...order, positionId }), all))
        at(90_000, () => {
          expect(positions(all)).toHaveLength(1)
          check(seen, all)
        })
      })
    }, options)
  }

  const losing = (order$: Observable<OrderUpdate>, { broker }: Scene): Observable<OrderUpdate> =>
    order$.pipe(
      tap(({ status }) => {
        if (status !== 'sent') return
        broker.fault({ kind: 'swallow', takesEffect: true })
        asyncScheduler.schedule(() => {
          broker.drop()
        }, 15)
      }),
    )

  it.each([
    ['netted', netted],
    ['hedged', {}],
  ])('is filled, and not protected, where they stay as they were: %s', (_, options) => {
    second(options, { ...buy, stopLoss: pips(10) }, (seen, all) => {
      expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
      expect(seen.completed).toBe(true)
      const [{ stopLoss = NaN, price: entry = NaN } = {}] = positions(all)
      expect(entry - stopLoss).toBeGreaterThan(0.0045)
    })
  })

  it('is not protected either where that is found out on the next line', () => {
    second(
      netted,
      { ...buy, stopLoss: pips(10) },
      seen => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
        expect(seen.completed).toBe(true)
      },
      losing,
    )
  })

  it.each([['on its line'], ['found out on the next']])(
    'is protected where the position gets what it asked for: %s',
    where => {
      scene(all => {
        const { account, at, watch } = all
        watch(placeOrder(account, buy))
        at(2_000, () => {
          const order$ = placeOrder(account, { ...buy, stopLoss: pips(10), takeProfit: pips(20) })
          const seen = watch(where === 'on its line' ? order$ : losing(order$, all))
          at(90_000, () => {
            expect(statuses(seen).slice(-2)).toEqual(['filled', 'protected'])
          })
        })
      }, netted)
    },
  )
})
