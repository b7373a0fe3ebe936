import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { EMPTY, catchError } from 'rxjs'
import { PayloadType, cancelOrder, lots, placeOrder, price, recoverOrders } from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { manyAccounts } from '../support/manyAccounts'
import { noted } from '../support/notedJournal'
import { createTelemetry } from '../support/openTelemetry'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_RECONCILE_REQ, PROTO_OA_TRADER_REQ } = PayloadType

const market: NewOrder = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.01) }

const traced = (
  play: (scene: Scene) => void,
  options: Partial<Parameters<typeof instrument>[1]> = {},
  simulation: SimulatorOptions = {},
): readonly ReadableSpan[] => {
  const { spans, tracer } = createTelemetry()
  scene(given => {
    const instrumenting = instrument(given.client, { tracer, ...options })
    play(given)
    given.at(100_000, () => {
      instrumenting.unsubscribe()
    })
  }, simulation)
  return spans
}

const named = (spans: readonly ReadableSpan[], name: string): ReadableSpan[] =>
  spans.filter(span => span.name === name)

/** The names of the spans that a span is linked to. */
const linked = (spans: readonly ReadableSpan[], span: ReadableSpan | undefined): (string | undefined)[] =>
  (span?.links ?? []).map(
    ({ context }) => spans.find(other => other.spanContext().spanId === context.spanId)?.name,
  )

describe('the spans of requests', () => {
  it('have their payload type, and an event when they are sent', () => {
    const spans = traced(({ account, at, watch }) => {
      at(1_000, () => {
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
    })
    const [span] = named(spans, 'PROTO_OA_TRADER_REQ')
    expect(span?.kind).toBe(SpanKind.CLIENT)
    expect(span?.attributes).toEqual({
      'ctrader.payload_type': 'PROTO_OA_TRADER_REQ',
      'ctrader.client_msg_id': expect.any(String) as string,
    })
    expect(span?.events.map(({ name }) => name)).toEqual(['sent'])
    expect(span?.links).toEqual([])
  })

  it('fail with the code of a refusal, and end if they are given up', () => {
    const spans = traced(({ account, at, broker, watch }) => {
      at(1_000, () => {
        const errorCode = 'MARKET_CLOSED'
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_TRADER_REQ, errorCode, description: 'told' })
        watch(account.request(PROTO_OA_TRADER_REQ, {}))
      })
      at(2_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_TRADER_REQ, takesEffect: false })
        watch(account.request(PROTO_OA_TRADER_REQ, {}), 1_000)
      })
    })
    const [refused, abandoned] = named(spans, 'PROTO_OA_TRADER_REQ')
    expect(refused?.status).toEqual({ code: SpanStatusCode.ERROR })
    expect(refused?.attributes).toMatchObject({
      'error.type': 'Refused',
      'ctrader.error_code': 'MARKET_CLOSED',
    })
    expect(abandoned?.events.map(({ name }) => name)).toEqual(['sent', 'abandoned'])
  })
})

describe('the span of an order', () => {
  it('has its updates as events, and links to its frames, which link back', () => {
    const spans = traced(({ account, at, watch }) => {
      at(1_000, () => {
        watch(placeOrder(account, market))
      })
    })
    const [order] = named(spans, 'placeOrder')
    expect(order?.events.map(({ name }) => name)).toEqual(['sent', 'accepted', 'filled'])
    expect(order?.attributes).toEqual({
      'ctrader.payload_type': 'PROTO_OA_NEW_ORDER_REQ',
      'ctrader.order.type': 'MARKET',
      'ctrader.order.outcome': 'filled',
    })
    expect(order?.status.code).toBe(SpanStatusCode.UNSET)
    expect(linked(spans, order)).toEqual([
      'PROTO_OA_NEW_ORDER_REQ',
      'PROTO_OA_EXECUTION_EVENT',
      'PROTO_OA_EXECUTION_EVENT',
    ])
    const frames = spans.filter(({ name }) => /NEW_ORDER|EXECUTION/.test(name))
    expect(frames.map(span => linked(spans, span))).toEqual(frames.map(() => ['placeOrder']))
  })

  it('links to what the server reports later of its order, under another id', () => {
    const spans = traced(({ account, at, watch }) => {
      let orderId = 0
      at(1_000, () => {
        placeOrder(account, { ...market, type: 'limit', price: price(0.9) }).subscribe(update => {
          orderId = update.orderId ?? orderId
        })
      })
      at(2_000, () => {
        watch(cancelOrder(account, { orderId }))
      })
    })
    const [placed] = named(spans, 'placeOrder')
    const [cancel] = named(spans, 'cancelOrder')
    expect(placed?.attributes).toMatchObject({ 'ctrader.order.outcome': 'cancelled' })
    expect(linked(spans, placed)).toEqual(['PROTO_OA_NEW_ORDER_REQ', 'PROTO_OA_EXECUTION_EVENT'])
    expect(linked(spans, cancel)).toEqual(['PROTO_OA_CANCEL_ORDER_REQ', 'PROTO_OA_EXECUTION_EVENT'])
  })

  it('fails if it is rejected or not sent, and ends with the instrumentation', () => {
    const spans = traced(({ account, at, broker, watch }) => {
      const place = (order: NewOrder) => watch(placeOrder(account, order).pipe(catchError(() => EMPTY)))
      at(1_000, () => {
        const errorCode = 'NOT_ENOUGH_MONEY'
        broker.fault({ kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode, carrier: 2132 })
        place(market)
      })
      at(2_000, () => {
        place({ ...market, volume: lots(0.0001) })
      })
      at(3_000, () => {
        place({ ...market, type: 'limit', price: price(0.9) })
      })
    })
    expect(named(spans, 'placeOrder').map(({ attributes, status }) => [attributes, status.code])).toEqual([
      [expect.objectContaining({ 'ctrader.error_code': 'NOT_ENOUGH_MONEY' }), SpanStatusCode.ERROR],
      [expect.objectContaining({ 'error.type': 'InvalidOrder' }), SpanStatusCode.ERROR],
      [expect.objectContaining({ 'ctrader.order.outcome': 'accepted' }), SpanStatusCode.UNSET],
    ])
  })

  it('links to the queries about its outcome while it is in doubt, also of several orders at once', () => {
    const spans = traced(
      ({ account, at, broker, client, watch }) => {
        const other = client.account({ accountId: 7, accessToken: '7' })
        at(900, () => {
          watch(account.request(PROTO_OA_RECONCILE_REQ, {}))
        })
        at(1_000, () => {
          const swallow = { kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true } as const
          broker.fault(swallow)
          broker.fault(swallow)
          watch(placeOrder(account, market))
          watch(placeOrder(account, market))
        })
        at(1_100, () => {
          broker.drop()
        })
        // Meanwhile, what tells nothing of an order, and what is of another account.
        at(1_500, () => {
          watch(account.request(PROTO_OA_TRADER_REQ, {}))
          watch(other.request(PROTO_OA_RECONCILE_REQ, {}))
        })
      },
      {},
      manyAccounts([ACCOUNT, 7], id => (id === 7 ? '7' : 'demo')),
    )
    const placed = named(spans, 'placeOrder')
    expect(placed.map(({ events }) => events.map(({ name }) => name))).toEqual([
      ['sent', 'outcomeUnknown', 'filled'],
      ['sent', 'outcomeUnknown', 'filled'],
    ])
    const queries = ['PROTO_OA_ORDER_LIST_REQ', 'PROTO_OA_DEAL_LIST_REQ']
    for (const order of placed) expect(linked(spans, order)).toEqual(['PROTO_OA_NEW_ORDER_REQ', ...queries])
    for (const query of queries)
      expect(named(spans, query).map(span => linked(spans, span))).toEqual([['placeOrder', 'placeOrder']])
    const others = [...named(spans, 'PROTO_OA_TRADER_REQ'), ...named(spans, 'PROTO_OA_RECONCILE_REQ')]
    expect(others.flatMap(({ links }) => links)).toEqual([])
  })

  it('links to the queries about an order of an earlier process from the start', () => {
    const spans = traced(({ account, at, watch }) => {
      const journal = noted()
      journal.append({
        state: 'intended',
        id: 'of-before',
        accountId: ACCOUNT,
        payloadType: PROTO_OA_NEW_ORDER_REQ,
        payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 1_000_000 },
        at: 0,
      })
      at(1_000, () => {
        watch(recoverOrders(account, { journal }))
      })
    })
    const [recovered] = named(spans, 'placeOrder')
    expect(new Set(linked(spans, recovered))).toEqual(
      new Set(['PROTO_OA_RECONCILE_REQ', 'PROTO_OA_ORDER_LIST_REQ']),
    )
  })
})
