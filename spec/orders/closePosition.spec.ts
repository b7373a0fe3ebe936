import { concatMap, ignoreElements, map, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  amendProtection,
  cancelOrder,
  closePosition,
  lots,
  pips,
  placeOrder,
  positions,
  price,
  units,
} from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import { marbles, request } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { containing, readAt, sent } from '../support/drawn'
import { STATUS, statusOf } from '../support/statuses'

const {
  PROTO_OA_AMEND_POSITION_SLTP_REQ: AMEND,
  PROTO_OA_CANCEL_ORDER_REQ: CANCEL,
  PROTO_OA_CLOSE_POSITION_REQ: CLOSE,
  PROTO_OA_RECONCILE_REQ: RECONCILE,
} = PayloadType

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1), stopLoss: pips(50) }

const ledger = ({ broker }: Marbles) => broker.exchange.ledger(ACCOUNT)
const positionIdOf = (kit: Marbles): number => ledger(kit).positions[0]?.positionId ?? NaN
const volumeOf = (kit: Marbles): number | undefined => ledger(kit).positions[0]?.tradeData.volume

/** What is done with a position of 0.1 lots at 5 s. */
const withPosition = (
  kit: Marbles,
  command: (positionId: number) => Observable<OrderUpdate>,
): Observable<OrderUpdate> => {
  placeOrder(kit.account, buy).subscribe()
  return kit.cold('5s (c|)').pipe(concatMap(() => command(positionIdOf(kit))))
}

describe('closePosition', () => {
  it('closes all of it', () => {
    const updates: OrderUpdate[] = []
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const update$ = withPosition(kit, positionId => closePosition(account, { positionId })).pipe(
        tap(update => {
          updates.push(update)
          expect(update.positionId).toBe(positionIdOf(kit))
        }),
      )
      expectObservable(update$.pipe(statusOf)).toBe('5s (sa) 250ms (f|)', STATUS)
      const isLast$ = readAt(kit, '10s v', () => {
        expect(updates.at(-1)).toMatchObject({ volume: 1_000_000, deal: ledger(kit).deals[1] })
        return volumeOf(kit)
      })
      expectObservable(isLast$).toBe('10s v', { v: 0 })
      expectRequests(CLOSE).toBe('5s c', { c: sent(CLOSE) })
    })
  })

  it('closes a part of it, in any unit', () => {
    marbles(kit => {
      const { account, expectObservable } = kit
      const update$ = withPosition(kit, positionId =>
        closePosition(account, { positionId, volume: units(3_000) }),
      )
      expectObservable(update$.pipe(statusOf)).toBe('5s (sa) 250ms (f|)', STATUS)
      expectObservable(readAt(kit, '10s v', () => volumeOf(kit))).toBe('10s v', { v: 700_000 })
    })
  })

  it('does not send what is more than there is', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const update$ = withPosition(kit, positionId =>
        closePosition(account, { positionId, volume: lots(0.2) }),
      )
      const invalid = containing({ reason: 'InvalidOrder', rule: 'positionVolume', nearest: 0.1 })
      expectObservable(update$).toBe('5s #', {}, invalid)
      expectRequests(CLOSE).toBe('')
    })
  })

  it('does not close all of it where the volume is misspelt', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const update$ = withPosition(kit, positionId => {
        const misspelt = { positionId, volumes: lots(0.01) }
        return closePosition(account, misspelt)
      })
      const invalid = { reason: 'InvalidOrder', rule: 'field', field: 'volumes', nearest: 'volume' }
      expectObservable(update$).toBe('5s #', {}, containing(invalid))
      expectRequests(CLOSE).toBe('')
    })
  })
})

describe('cancelOrder', () => {
  it('cancels', () => {
    marbles(kit => {
      const { account, cold, expectObservable } = kit
      const limit: NewOrder = { ...buy, type: 'limit', price: price(0.9) }
      expectObservable(placeOrder(account, limit).pipe(statusOf)).toBe('(sa) 996ms (c|)', STATUS)
      const orderId = (): number => ledger(kit).orders[0]?.orderId ?? NaN
      const isOf = (update: OrderUpdate): boolean => update.orderId === orderId()
      const update$ = cold('1s (c|)').pipe(concatMap(() => cancelOrder(account, { orderId: orderId() })))
      const keys$ = update$.pipe(map(update => [isOf(update), update.status, Object.keys(update).length]))
      expectObservable(keys$).toBe('1s (sc|)', {
        s: [true, 'sent', 2],
        c: [true, 'cancelled', expect.any(Number)],
      })
      const status$ = readAt(kit, '2s a', () => ledger(kit).orders[0]?.orderStatus)
      expectObservable(status$).toBe('2s a', { a: 5 })
    })
  })

  it('is rejected by the server where there is no such order', () => {
    marbles(({ account, expectObservable }) => {
      expectObservable(cancelOrder(account, { orderId: 4711 })).toBe('(sj|)', {
        s: containing({ status: 'sent', orderId: 4711 }),
        j: containing({ status: 'rejected', errorCode: 'ORDER_NOT_FOUND', orderId: 4711 }),
      })
    })
  })

  it('asks nothing that a stream of the account knows, and asks where none does (F3)', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      expectObservable(positions(account).pipe(ignoreElements()), '^ 4999ms !').toBe('')
      placeOrder(account, buy).subscribe()
      const command$ = (marbles: string, command: () => Observable<OrderUpdate>) =>
        kit.cold(marbles).pipe(concatMap(command), statusOf)
      const protect$ = command$('3s (c|)', () =>
        amendProtection(account, { positionId: positionIdOf(kit), stopLoss: pips(20) }),
      )
      const close$ = command$('6s (c|)', () => closePosition(account, { positionId: positionIdOf(kit) }))
      expectObservable(protect$).toBe('3s (sp|)', STATUS)
      expectObservable(close$).toBe('6s (sa) 250ms (f|)', STATUS)
      expectRequests(RECONCILE, AMEND, CLOSE).toBe('r 2999ms a 2999ms (rc)', {
        r: sent(RECONCILE),
        a: sent(AMEND),
        c: sent(CLOSE),
      })
    })
  })

  it('of an order that does not exist is not found where the server does not say so', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.fault({ kind: 'swallow', payloadType: CANCEL, takesEffect: false })
      expectObservable(cancelOrder(account, { orderId: 4711 }).pipe(statusOf)).toBe(
        's 9999ms u 49999ms #',
        STATUS,
        containing({ reason: 'NotFound', detail: 'order 4711 is not there (2181)' }),
      )
      expectRequests(CANCEL).toBe('c', { c: request(CANCEL, { orderId: 4711 }) })
    })
  })
})
