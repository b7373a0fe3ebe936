import { map, tap } from 'rxjs'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide, lots, pips, placeOrder, price } from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { marbles, request } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { containing } from '../support/drawn'
import { STATUS, statusOf } from '../support/statuses'

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }
const buyRequest = request(NEW_ORDER, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 1_000_000,
})

const ledger = (broker: Simulator) => broker.exchange.ledger(ACCOUNT)

describe('placeOrder', () => {
  it('tells what becomes of a market order, and completes', () => {
    const updates: OrderUpdate[] = []
    const { broker } = marbles(kit => {
      const status$ = placeOrder(kit.account, buy).pipe(
        tap(update => updates.push(update)),
        statusOf,
      )
      kit.expectObservable(status$).toBe('(sa) 251ms (f|)', STATUS)
      kit.expectRequests(NEW_ORDER).toBe('o', { o: buyRequest })
      return kit
    })
    const { deals, orders } = ledger(broker)
    const [order] = orders
    expect(updates.at(-1)).toMatchObject({
      order,
      orderId: order?.orderId,
      clientOrderId: order?.clientOrderId,
      price: order?.executionPrice,
      volume: 1_000_000,
      deal: deals[0],
    })
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, '[object Object]'],
  ])('knows no symbol %j', (symbol, words) => {
    marbles(({ account, expectObservable }) => {
      const update$ = placeOrder(account, { ...buy, symbol } as unknown as NewOrder)
      expectObservable(update$).toBe('#', {}, containing({ reason: 'UnknownSymbol', symbol: words }))
    })
  })

  it('ends with the protections, where there are to be some', () => {
    const updates: OrderUpdate[] = []
    const { broker } = marbles(kit => {
      const order: NewOrder = { ...buy, stopLoss: pips(20), takeProfit: pips(40) }
      const update$ = placeOrder(kit.account, order).pipe(tap(update => updates.push(update)))
      kit.expectObservable(update$.pipe(statusOf)).toBe('(sa) 251ms f(p|)', STATUS)
      return kit
    })
    expect(updates.at(-1)).toMatchObject({ position: ledger(broker).positions[0] })
  })

  it('goes on with a pending order until it is filled', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.quotes('60s b', { b: { bid: 0.8998, ask: 0.9 } })
      const status$ = placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }).pipe(statusOf)
      expectObservable(status$).toBe('(sa) 59996ms (f|)', STATUS)
    })
  })

  it('is rejected where there is not enough money', () => {
    marbles(({ account, expectObservable }) => {
      const outcome$ = placeOrder(account, { ...buy, volume: lots(50) }).pipe(
        map(update => ('errorCode' in update ? update.errorCode : update.status)),
      )
      expectObservable(outcome$).toBe('(saj|)', { ...STATUS, j: 'NOT_ENOUGH_MONEY' })
    })
  })

  it('places one with each subscription', () => {
    marbles(({ account, broker, cold, expectObservable, expectRequests }) => {
      const order$ = placeOrder(account, buy)
      expectObservable(order$.pipe(statusOf)).toBe('(sa) 251ms (f|)', STATUS)
      expectObservable(order$.pipe(statusOf)).toBe('(sa) 254ms (f|)', STATUS)
      expectRequests(NEW_ORDER).toBe('(oo)', { o: buyRequest })
      expectObservable(cold('5s a').pipe(map(() => ledger(broker).orders.length))).toBe('5s a', { a: 2 })
    })
  })
})
