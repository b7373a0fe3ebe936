import * as fc from 'fast-check'
import {
  PayloadType,
  ProtoOADepthEvent,
  ProtoOAExecutionType,
  ProtoOASpotEvent,
  encodeFrame,
} from 'rx-ctrader'
import type { Message } from 'rx-ctrader'
import * as testing from 'rx-ctrader/testing'
import { frameDecoder } from '../../src/transport/frame'
import { messageCodec } from '../../src/protocol/table'
import { valid } from '../support/arbitraries'

const { PROTO_OA_TRADER_REQ } = PayloadType

const { bar, deal, depthEvent, execution, order, request, spot, trendbar } = testing

/** Reads what a message is on the wire: nothing but itself may come of it, and nothing unknown. */
const expectOfficial = (message: Message): void => {
  const drifts: unknown[] = []
  const text = encodeFrame(message)
  const decoded = frameDecoder(drift => drifts.push(drift))(text)
  expect(decoded).toEqual({ _tag: 'Right', right: message })
  expect(drifts).toEqual([])
}

type Builder = (overrides?: object) => Message
const builders = {
  HEARTBEAT_EVENT: testing.heartbeat,
  PROTO_OA_TRAILING_SL_CHANGED_EVENT: testing.trailingStopLossChanged,
  PROTO_OA_SYMBOL_CHANGED_EVENT: testing.symbolChanged,
  PROTO_OA_TRADER_UPDATE_EVENT: testing.traderUpdated,
  PROTO_OA_EXECUTION_EVENT: testing.execution,
  PROTO_OA_SPOT_EVENT: testing.spot,
  PROTO_OA_ORDER_ERROR_EVENT: testing.orderError,
  PROTO_OA_MARGIN_CHANGED_EVENT: testing.marginChanged,
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT: testing.tokenInvalidated,
  PROTO_OA_CLIENT_DISCONNECT_EVENT: testing.clientDisconnect,
  PROTO_OA_DEPTH_EVENT: testing.depthEvent,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT: testing.accountDisconnect,
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT: testing.marginCallUpdated,
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT: testing.marginCallTriggered,
  PROTO_OA_V1_PNL_CHANGE_EVENT: testing.pnlChanged,
} as unknown as Readonly<Record<keyof typeof PayloadType, Builder>>
const events = Object.entries(builders)

describe('the builders', () => {
  it('are there for every event of the protocol', () => {
    const official = Object.keys(PayloadType).filter(name => name.endsWith('_EVENT'))
    expect(Object.keys(builders).sort()).toEqual(official.sort())
  })

  it.each(events)('%s builds an official message without being told anything', (name, build) => {
    const message = build()
    expect(message.payloadType).toBe(PayloadType[name as keyof typeof PayloadType])
    expectOfficial(message)
  })

  it.each(events.filter(([name]) => !/SPOT|DEPTH/.test(name)))(
    '%s takes any of its fields as it is given',
    (_, build) => {
      const { payloadType, payload } = build()
      fc.assert(
        fc.property(valid(messageCodec(payloadType)), given => {
          const message = build(given)
          expect(message.payload).toMatchObject(given)
          expectOfficial(message)
        }),
        { numRuns: 50 },
      )
      expect(build({}).payload).toEqual(payload)
    },
  )

  const wirePrices = fc.integer({ min: 1, max: 2_000_000_000 })

  it('spot takes prices as decimals, to the last digit', () => {
    fc.assert(
      fc.property(
        valid(ProtoOASpotEvent),
        wirePrices,
        wirePrices,
        wirePrices,
        (given, bid, ask, sessionClose) => {
          const wire = { bid, ask, sessionClose }
          const message = spot({
            ...given,
            bid: bid / 100_000,
            ask: ask / 100_000,
            sessionClose: sessionClose / 100_000,
          })
          expect(message.payload).toEqual({ ...given, ...wire })
          expectOfficial(message)
        },
      ),
    )
  })

  it('depthEvent takes prices as decimals, to the last digit', () => {
    const quotes = fc.array(fc.record({ id: fc.nat(), size: fc.nat(), bid: wirePrices, ask: wirePrices }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(valid(ProtoOADepthEvent), quotes, (given, newQuotes) => {
        const decimals = newQuotes.map(({ bid, ask, ...quote }) => ({
          ...quote,
          bid: bid / 100_000,
          ask: ask / 100_000,
        }))
        const message = depthEvent({ ...given, newQuotes: decimals })
        expect(message.payload).toEqual({ ...given, newQuotes })
        expectOfficial(message)
      }),
    )
  })

  const comesWith: Readonly<Record<keyof typeof ProtoOAExecutionType, string>> = {
    ORDER_ACCEPTED: 'order position',
    ORDER_FILLED: 'deal order position',
    ORDER_REPLACED: 'order position',
    ORDER_CANCELLED: 'order position',
    ORDER_EXPIRED: 'order position',
    ORDER_REJECTED: 'errorCode order position',
    ORDER_CANCEL_REJECTED: 'errorCode order position',
    SWAP: 'isServerEvent position',
    DEPOSIT_WITHDRAW: 'depositWithdraw',
    ORDER_PARTIAL_FILL: 'deal order position',
    BONUS_DEPOSIT_WITHDRAW: 'bonusDepositWithdraw',
  }
  it.each(Object.entries(comesWith))('execution of type %s has %s', (name, fields) => {
    const executionType = ProtoOAExecutionType[name as keyof typeof ProtoOAExecutionType]
    const message = execution({ executionType })
    expectOfficial(message)
    const { ctidTraderAccountId, executionType: type, ...others } = message.payload
    expect([ctidTraderAccountId, type]).toEqual([12345678, executionType])
    expect(Object.keys(others).sort().join(' ')).toBe(fields)
  })

  it('execution can be told something deep inside', () => {
    const { payload } = execution({ deal: { executionPrice: 1.2 }, order: { tradeData: { label: 'mine' } } })
    expect(payload.deal).toEqual({ ...deal(), executionPrice: 1.2 })
    expect(payload.order).toEqual({ ...order(), tradeData: { ...order().tradeData, label: 'mine' } })
  })

  it('leave out what is undefined, and replace lists as a whole', () => {
    expect(order({ executionPrice: undefined })).not.toHaveProperty('executionPrice')
    expect(testing.symbolChanged({ symbolId: [4, 41] }).payload.symbolId).toEqual([4, 41])
  })

  it('change nothing that is given to them', () => {
    const given = { tradeData: { label: 'mine' } }
    order(given)
    expect(given).toEqual({ tradeData: { label: 'mine' } })
  })
})

describe('spot', () => {
  it('has both sides where none is said, and else those that are', () => {
    expect(spot().payload).toMatchObject({ bid: 110_000, ask: 110_020 })
    expect(spot({ bid: 1.2 }).payload).toEqual({ ctidTraderAccountId: 12345678, symbolId: 1, bid: 120_000 })
    expect(spot({ ask: 1.2 }).payload).not.toHaveProperty('bid')
  })
})

describe('bar', () => {
  const { MARKET_START } = testing

  it('is a spot event whose bid is the close of its bar, which is still forming', () => {
    const { payload } = bar({ open: 1.1, high: 1.103, low: 1.099, close: 1.102, volume: 7, symbolId: 4 })
    expect(payload).toEqual({
      ctidTraderAccountId: 12345678,
      symbolId: 4,
      bid: 110_200,
      trendbar: [
        {
          volume: 7,
          period: 1,
          low: 109_900,
          deltaOpen: 100,
          deltaHigh: 400,
          utcTimestampInMinutes: MARKET_START / 60_000,
        },
      ],
    })
    expectOfficial(bar({ ctidTraderAccountId: 7 }))
  })

  it('reaches from its open to its close where no high and low are said', () => {
    expect(bar({ open: 1.1, close: 1.2 }).payload.trendbar).toMatchObject([
      { low: 110_000, deltaHigh: 10_000 },
    ])
    expect(bar({ open: 1.2, close: 1.1 }).payload.trendbar).toMatchObject([
      { low: 110_000, deltaOpen: 10_000 },
    ])
  })

  it('as a trendbar has a close where one is said', () => {
    expect(trendbar({ open: 1.2, close: 1.1 })).toMatchObject({
      low: 110_000,
      deltaClose: 0,
      deltaHigh: 10_000,
    })
    expect(trendbar({ timestamp: MARKET_START + 60_000 })).toEqual({
      volume: 1,
      period: 1,
      low: 110_000,
      deltaOpen: 0,
      deltaHigh: 0,
      utcTimestampInMinutes: MARKET_START / 60_000 + 1,
    })
  })
})

describe('depthEvent', () => {
  it('has a book of its own where nothing is said, and else what is', () => {
    expect(depthEvent().payload.newQuotes).toEqual([
      { id: 1, bid: 110_000, size: 100_000_000 },
      { id: 2, ask: 110_020, size: 100_000_000 },
    ])
    expect(depthEvent({ deletedQuotes: [1] }).payload).toEqual({
      ctidTraderAccountId: 12345678,
      symbolId: 1,
      deletedQuotes: [1],
    })
  })
})

describe('request', () => {
  it('has the account of the kit where it is of an account, unless another is said', () => {
    expect(request(PayloadType.PROTO_OA_TRADER_REQ, {})).toEqual({
      payloadType: PROTO_OA_TRADER_REQ,
      payload: { ctidTraderAccountId: 12345678 },
    })
    expect(request(PayloadType.PROTO_OA_TRADER_REQ, { ctidTraderAccountId: 7 }).payload).toEqual({
      ctidTraderAccountId: 7,
    })
    expect(request(PayloadType.PROTO_OA_VERSION_REQ, {}).payload).toEqual({})
  })
})
