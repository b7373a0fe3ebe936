import { concatMap, filter, map } from 'rxjs'
import { PayloadType, closeAll, createClient, lots, pips, placeOrder, price } from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { readAt, sent } from '../support/drawn'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { STATUS, statusOf } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import type { Seen } from '../support/virtualTime'

const { PROTO_OA_ERROR_RES } = PayloadType

const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ
const CLOSE = PayloadType.PROTO_OA_CLOSE_POSITION_REQ
const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }
const orders: readonly NewOrder[] = [
  buy,
  { ...buy, side: 'sell', symbol: 'GBPUSD', volume: lots(0.2), stopLoss: pips(50) },
  { ...buy, type: 'limit', price: price(0.9) },
]

const statusesOf = ({ values }: Seen<OrderUpdate>, id: number, key: 'orderId' | 'positionId'): string[] =>
  values.flatMap(update => (update[key] === id ? [update.status] : []))

/** Two positions and an order that waits. */
const withOrders = (play: (all: Scene, positionIds: readonly number[], pending: number) => void): void => {
  scene(all => {
    const { account, at, broker, watch } = all
    for (const order of orders) watch(placeOrder(account, order), 4_000)
    at(5_000, () => {
      all.asked()
      const { positions, orders: placed } = broker.exchange.ledger(ACCOUNT)
      const open = positions.filter(({ positionStatus }) => positionStatus === 1)
      expect(open).toHaveLength(2)
      play(
        all,
        open.map(({ positionId }) => positionId),
        placed.find(({ orderType }) => orderType === 2)?.orderId ?? NaN,
      )
    })
  })
}

const openIn = ({ broker }: Pick<Scene, 'broker'>): number =>
  broker.exchange.ledger(ACCOUNT).positions.filter(({ positionStatus }) => positionStatus === 1).length
const isLimit = ({ orderType }: { readonly orderType: number }): boolean => orderType === 2
const pendingIn = ({ broker }: Pick<Scene, 'broker'>): number =>
  broker.exchange
    .ledger(ACCOUNT)
    .orders.filter(({ orderStatus, orderType }) => orderStatus === 1 && orderType !== 4).length

/** Which position an update is about, by its place in the ledger, and its status. */
const ofEach = ({ broker }: Pick<Scene, 'broker'>) =>
  map(({ positionId, status }: OrderUpdate) => {
    const { positions } = broker.exchange.ledger(ACCOUNT)
    return `${positions.findIndex(position => position.positionId === positionId)} ${status}`
  })

describe('closeAll', () => {
  it('closes every position, all at the same time, and asks once which there are', () => {
    marbles(kit => {
      const { account, cold, expectObservable, expectRequests } = kit
      for (const order of orders) placeOrder(account, order).subscribe()
      const update$ = cold('5s (c|)').pipe(concatMap(() => closeAll(account)))
      expectObservable(update$.pipe(ofEach(kit))).toBe('5s (SsAa) 236ms f------------(F|)', {
        s: '0 sent',
        a: '0 accepted',
        f: '0 filled',
        S: '2 sent',
        A: '2 accepted',
        F: '2 filled',
      })
      expectRequests(RECONCILE, CLOSE).toBe('5s (rcc)', { r: sent(RECONCILE), c: sent(CLOSE) })
      expectObservable(readAt(kit, '10s a', () => [openIn(kit), pendingIn(kit)])).toBe('10s a', { a: [0, 1] })
    })
  })

  it('cancels what is pending too, where that is wanted', () => {
    marbles(kit => {
      const { account, broker, cold, expectObservable } = kit
      for (const order of orders) placeOrder(account, order).subscribe()
      const pending = (): number => broker.exchange.ledger(ACCOUNT).orders.find(isLimit)?.orderId ?? NaN
      const update$ = cold('5s (c|)').pipe(concatMap(() => closeAll(account, { cancelPending: true })))
      const mine$ = update$.pipe(
        filter(({ orderId }) => orderId === pending()),
        statusOf,
      )
      expectObservable(mine$).toBe('5s (sc) 251ms |', STATUS)
      expectObservable(readAt(kit, '10s a', () => [openIn(kit), pendingIn(kit)])).toBe('10s a', { a: [0, 0] })
    })
  })

  it('cancels no order that is executed at once, is closing, or is behind protections (G17)', () => {
    const order = (orderId: number, orderType: number, orderStatus = 1): object => ({
      orderId,
      orderType,
      orderStatus,
      tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
    })
    const cancelled: unknown[] = []
    inVirtualTime(({ at, watch }) => {
      const server = scriptedServer((frame, line) => {
        obliging(frame, line)
        const { clientMsgId, payload, payloadType } = frame
        if (
          payloadType === PayloadType.PROTO_OA_TRADER_REQ ||
          payloadType === PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ
        )
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'UNSUPPORTED_MESSAGE' },
          })
        if (payloadType === PayloadType.PROTO_OA_RECONCILE_REQ)
          line.say({
            payloadType: PayloadType.PROTO_OA_RECONCILE_RES,
            clientMsgId,
            payload: {
              ctidTraderAccountId: 1,
              order: [1, 2, 3, 4, 5, 6].map(type => order(type, type)).concat(order(7, 2, 5)),
            },
          })
        if (payloadType === PayloadType.PROTO_OA_CANCEL_ORDER_REQ) cancelled.push(payload?.['orderId'])
      })
      const client = createClient({ connect: server.connect, clientId: 'id', clientSecret: 'secret' })
      const account = client.account({ accountId: 1, accessToken: 'token' })
      watch(closeAll(account, { cancelPending: true }), 15_000)
      at(20_000, () => {
        expect(cancelled).toEqual([2, 3, 6])
      })
    })
  })

  it('completes where there is nothing to close', () => {
    marbles(({ account, expectObservable }) => {
      expectObservable(closeAll(account)).toBe('|')
    })
  })

  it('closes the others where one is not found, and then errors with it', () => {
    withOrders((all, positionIds) => {
      all.broker.fault({ kind: 'swallow', payloadType: CLOSE, takesEffect: false })
      const seen = all.watch(closeAll(all.account))
      all.at(90_000, () => {
        expect(positionIds.map(id => statusesOf(seen, id, 'positionId')).sort()).toEqual([
          ['sent', 'accepted', 'filled'],
          ['sent', 'outcomeUnknown'],
        ])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(openIn(all)).toBe(1)
      })
    })
  })

  it('is not sent while the line is restored, nor when it is lost before it is known what is open', () => {
    withOrders(all => {
      const { account, at, broker, watch } = all
      const asking = watch(closeAll(account))
      broker.drop()
      at(100, () => {
        expect(asking.error).toMatchObject({ reason: 'NotSent' })
        expect(watch(closeAll(account)).error).toMatchObject({ reason: 'NotSent' })
      })
      at(20_000, () => {
        expect(openIn(all)).toBe(2)
      })
    })
  })

  it('waits for the next line where its caller wants it to', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      for (const order of orders) placeOrder(account, order).subscribe()
      broker.faults('5s d')
      const update$ = closeAll(account, { whenDisconnected: 'wait' })
      expectObservable(update$.pipe(statusOf), '5100ms ^').toBe(
        '5500ms (ssaa) 236ms f------------(f|)',
        STATUS,
      )
      expectObservable(readAt(kit, '20s a', () => openIn(kit))).toBe('20s a', { a: 0 })
    })
  })
})
