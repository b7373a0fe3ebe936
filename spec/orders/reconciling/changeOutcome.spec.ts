import type { Observable } from 'rxjs'
import {
  CTraderError,
  amendOrder,
  amendProtection,
  cancelOrder,
  closePosition,
  pips,
  placeOrder,
  price,
} from 'rx-ctrader'
import type { Account, NewOrder, OrderUpdate } from 'rx-ctrader'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { statuses } from '../../support/statuses'
import type { Seen } from '../../support/virtualTime'
import { guarded, waiting, ledger, NOT_THERE, THERE, losing } from './outcomeScene'

describe('the outcome of a change', () => {
  type Change = (
    account: Account,
    ids: { readonly orderId: number; readonly positionId: number },
  ) => Observable<OrderUpdate>

  /** Does something to an order that waits, or to a position; the line is lost in the middle of it. */
  const changing = (
    order: NewOrder,
    change: Change,
    lostAfter: number,
    check: (seen: Seen<OrderUpdate>, all: Scene) => void,
    meanwhile: (all: Scene) => void = () => undefined,
  ): void => {
    scene(all => {
      const { account, at, watch } = all
      watch(placeOrder(account, order))
      at(1_000, () => {
        const [{ orderId, positionId = NaN } = { orderId: NaN }] = ledger(all).orders
        const seen = watch(
          losing(all, change(account, { orderId, positionId }), lostAfter, () => {
            meanwhile(all)
          }),
        )
        at(90_000, () => {
          check(seen, all)
        })
      })
    })
  }

  it('is cancelled where the order is', () => {
    changing(
      waiting,
      (account, { orderId }) => cancelOrder(account, { orderId }),
      THERE,
      seen => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'cancelled'])
        expect(seen.completed).toBe(true)
      },
    )
  })

  it('is not found where the order still waits', () => {
    changing(
      waiting,
      (account, { orderId }) => cancelOrder(account, { orderId }),
      NOT_THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(ledger(all).orders[0]?.orderStatus).toBe(1)
      },
    )
  })

  it('is the other end of an order that came before', () => {
    changing(
      waiting,
      (account, { orderId }) => cancelOrder(account, { orderId }),
      NOT_THERE,
      seen => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
      },
      ({ broker }) => {
        broker.shift(1, -20_000)
      },
    )
  })

  it('is replaced where the order has the terms asked for', () => {
    changing(
      waiting,
      (account, { orderId }) => amendOrder(account, { orderId, price: price(0.91) }),
      THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'replaced'])
        expect(ledger(all).orders[0]?.limitPrice).toBe(0.91)
      },
    )
  })

  it('is not found where it has not', () => {
    changing(
      waiting,
      (account, { orderId }) => amendOrder(account, { orderId, price: price(0.91) }),
      NOT_THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(ledger(all).orders[0]?.limitPrice).toBe(0.9)
      },
    )
  })

  it('is filled where the closing order is', () => {
    changing(
      guarded,
      (account, { positionId }) => closePosition(account, { positionId }),
      THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled'])
        expect(ledger(all).positions[0]?.positionStatus).toBe(2)
        expect(seen.values.at(-1)).toMatchObject({ deal: ledger(all).deals[1] })
      },
    )
  })

  it('is not found where there is no closing order', () => {
    changing(
      guarded,
      (account, { positionId }) => closePosition(account, { positionId }),
      NOT_THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(ledger(all).positions[0]?.positionStatus).toBe(1)
      },
    )
  })

  it('is protected where the position has the protections asked for', () => {
    changing(
      guarded,
      (account, { positionId }) => amendProtection(account, { positionId, stopLoss: pips(10) }),
      THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'protected'])
        const [{ stopLoss, takeProfit, price: entry = NaN } = {} as never] = ledger(all).positions
        expect(stopLoss).toBeCloseTo(entry - 0.001, 5)
        expect(takeProfit).toBeCloseTo(entry + 0.004, 5)
      },
    )
  })

  it('is not found where it has others', () => {
    changing(
      guarded,
      (account, { positionId }) => amendProtection(account, { positionId, stopLoss: pips(10) }),
      NOT_THERE,
      seen => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
      },
    )
  })

  const toTenPips: Change = (account, { positionId }) =>
    amendProtection(account, { positionId, stopLoss: pips(10), takeProfit: null })
  const stoppedOut = ({ broker }: Scene): void => {
    broker.shift(1, -1_000)
  }

  it('is replaced, with the order that was behind them, where the position was closed before that was seen', () => {
    changing(
      guarded,
      toTenPips,
      THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'replaced'])
        expect(ledger(all).positions[0]?.positionStatus).toBe(2)
        const order = ledger(all).orders.find(({ orderType }) => orderType === 4)
        expect(seen.values.at(-1)).toMatchObject({ order })
      },
      stoppedOut,
    )
  })

  it('is not found where the position was closed with the protections it had', () => {
    changing(
      guarded,
      toTenPips,
      NOT_THERE,
      (seen, all) => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(ledger(all).positions[0]?.positionStatus).toBe(2)
      },
      stoppedOut,
    )
  })

  it.each([
    ['order', (all: Scene) => amendOrder(all.account, { orderId: 4711, price: price(0.91) })],
    ['position', (all: Scene) => closePosition(all.account, { positionId: 4711 })],
  ] as const)('of an %s that is not there is not sent', (rule, ask) => {
    scene(all => {
      const seen = all.watch(ask(all))
      all.at(5_000, () => {
        expect(seen.error).toBeInstanceOf(CTraderError)
        expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule, value: 4711 })
      })
    })
  })
})
