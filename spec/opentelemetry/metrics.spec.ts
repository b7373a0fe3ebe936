import { catchError, EMPTY } from 'rxjs'
import { PayloadType, lots, pips, placeOrder, price, recoverOrders, spots } from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import { noted } from '../support/notedJournal'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { createTelemetry } from '../support/openTelemetry'
import type { Series, Telemetry } from '../support/openTelemetry'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_TRADER_REQ } = PayloadType

const market: NewOrder = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.01) }
const limit: NewOrder = { ...market, type: 'limit', price: price(0.9) }

const NEW = 'payload_type=PROTO_OA_NEW_ORDER_REQ'
const MARKET = `order.type=MARKET ${NEW}`

/** What a scene counts: collected at its end, or when the scene asks for it. */
const measured = async (
  play: (scene: Scene, telemetry: Telemetry, collect: () => void) => void,
  options: Partial<Parameters<typeof instrument>[1]> = {},
): Promise<Readonly<Record<string, Series>>> => {
  const telemetry = createTelemetry()
  let collected: ReturnType<Telemetry['collect']> | undefined
  scene(given => {
    instrument(given.client, { meter: telemetry.meter, ...options })
    play(given, telemetry, () => {
      collected = telemetry.collect()
    })
  })
  return collected ?? telemetry.collect()
}

describe('the metrics of requests', () => {
  it('count them by payload type, with their waits and durations', async () => {
    const metrics = await measured(({ account, at, watch }) => {
      at(1_000, () => {
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
    })
    const trader = 'payload_type=PROTO_OA_TRADER_REQ'
    expect(metrics['requests']).toMatchObject({
      'payload_type=PROTO_OA_APPLICATION_AUTH_REQ': 1,
      'payload_type=PROTO_OA_ACCOUNT_AUTH_REQ': 1,
      [trader]: 2,
    })
    expect(metrics['request.duration']).toMatchObject({ [trader]: 2 })
    expect(metrics['request.wait.duration']).toMatchObject({ [`lane=live ${trader}`]: 2 })
    expect(metrics['frames.received']).toMatchObject({ 'payload_type=PROTO_OA_TRADER_RES': 2 })
    expect(metrics['refusals']).toBeUndefined()
  })

  it('count refusals by their codes, and unknown codes as one', async () => {
    const metrics = await measured(({ account, at, broker, watch }) => {
      at(1_000, () => {
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_TRADER_REQ, errorCode: 'MADE_UP_TODAY' })
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
      at(2_000, () => {
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_TRADER_REQ, errorCode: 'MARKET_CLOSED' })
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
    })
    expect(metrics['refusals']).toEqual({
      'error_code=MARKET_CLOSED payload_type=PROTO_OA_TRADER_REQ': 1,
      'error_code=_OTHER payload_type=PROTO_OA_TRADER_REQ': 1,
    })
    expect(metrics['request.duration']).toMatchObject({
      'error.type=Refused error_code=MARKET_CLOSED payload_type=PROTO_OA_TRADER_REQ': 1,
    })
  })

  it('count a request again that the server wants later, and none that has no answer as settled', async () => {
    const metrics = await measured(({ account, at, broker, watch }) => {
      at(1_000, () => {
        const errorCode = 'BLOCKED_PAYLOAD_TYPE'
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_TRADER_REQ, errorCode, retryAfter: 1 })
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
      at(5_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_TRADER_REQ, takesEffect: false })
        watch(account.request(PROTO_OA_TRADER_REQ, {}), 1_000)
      })
    })
    expect(metrics['requests']).toMatchObject({ 'payload_type=PROTO_OA_TRADER_REQ': 3 })
    expect(metrics['request.duration']).toMatchObject({ 'payload_type=PROTO_OA_TRADER_REQ': 1 })
  })

  it('have what waits in each lane now', async () => {
    const metrics = await measured(({ account, at, watch }, _, collect) => {
      at(3_000, () => {
        for (let n = 0; n < 60; n += 1) watch(account.request(PROTO_OA_TRADER_REQ, {}))
        collect()
      })
    })
    expect(metrics['lane.waiting']).toEqual({ 'lane=live line=0': 10, 'lane=historical line=0': 0 })
    expect(metrics['connections']).toEqual({ 'connection.status=connected': 1 })
    expect(metrics['accounts']).toEqual({ 'account.status=authenticated': 1 })
  })
})

describe('the metrics of lines and accounts', () => {
  it('count losses, reconnects and gaps, and how long a gap lasts', async () => {
    const metrics = await measured(({ at, broker }) => {
      at(5_000, () => {
        broker.fault({ kind: 'drop' })
      })
      at(20_000, () => {
        broker.fault({ kind: 'push', text: '{"payloadType":2131,"payload":{}}' })
      })
    })
    expect(metrics['connection.losses']).toEqual({ 'error.type=ConnectionLost line=0': 1 })
    expect(metrics['connection.reconnects']).toEqual({ 'line=0': 1 })
    expect(metrics['gaps']).toEqual({ 'gap.cause=session': 1, 'gap.cause=unreadable': 1 })
    expect(metrics['gap.duration']).toEqual({ 'gap.cause=session': 1, 'gap.cause=unreadable': 1 })
    expect(metrics['frames.rejected']).toMatchObject({
      'error.type=InvalidPayload payload_type=PROTO_OA_SPOT_EVENT': 1,
    })
  })

  it('name the line', async () => {
    const telemetry = createTelemetry()
    scene(
      ({ at, broker, client, watch }) => {
        instrument(client, { meter: telemetry.meter })
        at(1_000, () => {
          watch(client.appAuth$)
        })
        at(5_000, () => {
          broker.fault({ kind: 'drop' })
        })
      },
      {},
      { lines: 2 },
    )
    const { 'connection.losses': losses, 'connection.reconnects': reconnects } = await telemetry.collect()
    expect(Object.keys(losses ?? {})).toEqual(['error.type=ConnectionLost line=0'])
    expect(reconnects).toEqual({ 'line=0': 1 })
  })

  it('have the accounts that are in a gap now', async () => {
    const metrics = await measured(({ at, broker }, _, collect) => {
      at(5_000, () => {
        broker.fault({ kind: 'drop' })
      })
      at(5_100, collect)
    })
    expect(metrics['gap.active']).toEqual({ '': 1 })
    expect(metrics['connections']).toEqual({ 'connection.status=reconnecting': 1 })
    expect(metrics['accounts']).toEqual({ 'account.status=reconnecting': 1 })
  })

  it('begin with the accounts and the line that are in use already', async () => {
    const telemetry = createTelemetry()
    let collected: ReturnType<Telemetry['collect']> | undefined
    scene(({ at, broker, client }) => {
      at(1_000, () => {
        instrument(client, { meter: telemetry.meter, accountIds: id => `no ${id % 10}` })
      })
      at(5_000, () => {
        broker.fault({ kind: 'drop' })
      })
      at(5_100, () => {
        collected = telemetry.collect()
      })
    })
    const metrics = await collected
    expect(metrics?.['gap.active']).toEqual({ '': 1 })
    expect(metrics?.['gaps']).toEqual({ 'account.id=no 8 gap.cause=session': 1 })
  })

  it('count accounts that have failed, and forget them', async () => {
    const metrics = await measured(({ at, client, watch }, _, collect) => {
      at(1_000, () => {
        watch(client.account({ accountId: 7, accessToken: 'demo' }).authenticated$)
      })
      at(9_000, collect)
    })
    expect(metrics['account.failures']).toEqual({
      'error.type=Refused error_code=CH_CTID_TRADER_ACCOUNT_NOT_FOUND': 1,
    })
    expect(metrics['accounts']).toEqual({ 'account.status=authenticated': 1 })
  })

  it('count what this release does not know', async () => {
    const metrics = await measured(({ at, broker }) => {
      at(1_000, () => {
        broker.fault({ kind: 'push', text: '{"payloadType":51,"payload":{"ofTomorrow":1}}' })
      })
    })
    expect(metrics['drifts']).toEqual({ 'drift.kind=unknownField payload_type=HEARTBEAT_EVENT': 1 })
  })

  it('compare the clock of the server with ours by a quote that is new', async () => {
    const offsetAfter = async (setBy: number): Promise<number> => {
      const metrics = await measured(({ account, at, setWallClock, watch }, _, collect) => {
        setWallClock(setBy)
        watch(spots(account, 1))
        at(30_000, collect)
      })
      return metrics['clock.offset']?.[''] ?? NaN
    }
    const right = await offsetAfter(0)
    expect(right - (await offsetAfter(60_000))).toBeCloseTo(60)
  })
})

describe('the metrics of orders', () => {
  it('count them by outcome, and how long a fill takes', async () => {
    const metrics = await measured(({ account, at, broker, watch }) => {
      const place = (order: NewOrder) => watch(placeOrder(account, order).pipe(catchError(() => EMPTY)))
      place(market).unsubscribe()
      at(1_000, () => {
        place(market)
        place({ ...market, stopLoss: pips(20) })
        place({ ...market, volume: lots(0.0001) })
        place({ ...market, symbol: 'NOSUCH' })
      })
      at(3_000, () => {
        const errorCode = 'NOT_ENOUGH_MONEY'
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode, carrier: 2132 })
        place(market)
      })
    })
    expect(metrics['orders']).toEqual({
      [`order.outcome=filled ${MARKET}`]: 2,
      [`error.type=InvalidOrder order.outcome=invalid ${NEW}`]: 1,
      [`error.type=UnknownSymbol order.outcome=invalid ${NEW}`]: 1,
      [`error_code=NOT_ENOUGH_MONEY order.outcome=rejected ${MARKET}`]: 1,
      [`order.outcome=withdrawn ${NEW}`]: 1,
    })
    expect(metrics['order.fill.duration']).toEqual({ [MARKET]: 2 })
    expect(metrics['order.doubts']).toBeUndefined()
  })

  it('count those in doubt, now and so far', async () => {
    const play = ({ account, at, broker, watch }: Scene): void => {
      at(2_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true })
        watch(placeOrder(account, market))
      })
      at(2_100, () => {
        broker.fault({ kind: 'drop' })
      })
    }
    const then = await measured((given, _, collect) => {
      play(given)
      given.at(2_200, collect)
    })
    expect(then['order.in_doubt']).toEqual({ '': 1 })
    expect(then['order.doubts']).toEqual({ [MARKET]: 1 })
    const after = await measured(play)
    expect(after['order.in_doubt']).toEqual({ '': 0 })
    expect(after['orders']).toEqual({ [`order.outcome=filled ${MARKET}`]: 1 })
  })

  it('say that an order was not found, and that one was not sent', async () => {
    const metrics = await measured(({ account, at, broker, watch }) => {
      at(2_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
        watch(placeOrder(account, market))
      })
      at(300_000, () => {
        broker.fault({ kind: 'drop' })
      })
      at(300_100, () => {
        watch(placeOrder(account, market))
      })
    })
    expect(metrics['orders']).toEqual({
      [`error.type=NotFound order.outcome=notFound ${MARKET}`]: 1,
      [`error.type=NotSent order.outcome=notSent ${NEW}`]: 1,
    })
  })

  it('count the order of a subscriber that has left, and one that is recovered, each once', async () => {
    const metrics = await measured(({ account, at, broker, watch }) => {
      const journal = noted()
      at(1_000, () => {
        watch(placeOrder(account, limit, { journal }), 500)
      })
      at(3_000, () => {
        watch(recoverOrders(account, { journal }), 200_000)
      })
      at(5_000, () => {
        watch(placeOrder(account, market), 5)
      })
      at(9_000, () => {
        broker.trade((exchange, now) => {
          const [order] = exchange.ledger(account.accountId).orders
          const asked = { ctidTraderAccountId: account.accountId, orderId: order?.orderId ?? 0 }
          exchange.cancelOrder(account.accountId, asked, { at: now, clientMsgId: 'elsewhere' })
        })
      })
    })
    expect(metrics['orders']).toEqual({
      [`order.outcome=cancelled order.type=LIMIT ${NEW}`]: 1,
      [`order.outcome=filled ${MARKET}`]: 1,
    })
  })
})
