import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { messageCodec } from '../../../../src/protocol/table'
import type { MessageType } from '../../../../src/protocol/table'
import { ACCOUNT } from '../../../support/account'
import { rawClient } from '../../../support/rawClient'
import type { RawClient, RawFrame } from '../../../support/rawClient'
import { inVirtualTime } from '../../../support/virtualTime'
import {
  WEDNESDAY_NOON,
  SATURDAY,
  appAuth,
  auth,
  ask,
  buy,
  play,
  answerTo,
  viewer,
  queries,
} from './wireScene'

describe('an order over the wire', () => {
  it('is answered by execution events in the server’s key order, which decode without drift', () => {
    const heard = play(({ send }) => {
      send(10, ask(2106, { ...buy, relativeStopLoss: 100, relativeTakeProfit: 100 }, 'o'))
    })
    expect(heard.slice(0, 3).map(({ payload }) => payload?.['executionType'])).toEqual([2, 3, 2])
    for (const { payloadType, payload } of heard) {
      const drift: string[] = []
      const codec = messageCodec(payloadType as MessageType)
      expect(codec.check(payload, (owner, field) => drift.push(`${owner}.${field}`))).not.toBe(0)
      expect(drift).toEqual([])
      expect(JSON.stringify(codec.encode(payload as never))).toBe(JSON.stringify(payload))
    }
  })

  it('is filled at the market’s price', () => {
    const heard = play(({ broker, send, at }) => {
      send(10, ask(2106, buy, 'o'))
      at(1_000, () => {
        const deal = broker.exchange.ledger(ACCOUNT).deals[0]
        const quote = broker.market.quoteAt(1, deal?.executionTimestamp ?? 0)
        expect(deal?.executionPrice).toBe(quote.ask / 100_000)
      })
    })
    expect(heard.map(({ clientMsgId }) => clientMsgId)).toEqual(['o', 'o'])
  })

  it('is told to every session of the account, and to no other', () => {
    inVirtualTime(({ at }) => {
      const other = { accountId: 99, isLive: false, traderLogin: 9, brokerTitleShort: 'b' }
      const broker = createSimulator({
        accounts: [{ accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'b' }, other],
        grants: [{ accessToken: 'demo', refreshToken: 'r', accountIds: [ACCOUNT, 99], permissionScope: 1 }],
      })
      const [one, two, three] = [
        rawClient(broker.connect),
        rawClient(broker.connect),
        rawClient(broker.connect),
      ]
      one.send(appAuth, auth())
      two.send(appAuth, auth())
      three.send(appAuth, auth('demo', 99))
      at(10, () => {
        one.send(ask(2106, buy, 'o'))
      })
      at(1_000, () => {
        const events = (client: RawClient): unknown[] =>
          client.received.filter(text => text.startsWith('{"payloadType":2126'))
        expect(events(one)).toHaveLength(2)
        expect(events(two)).toEqual(events(one))
        expect(events(three)).toEqual([])
        for (const client of [one, two, three]) client.leave()
      })
    })
  })

  it('goes on without a connection, and is found as of its own time', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator()
      const client = rawClient(broker.connect)
      client.send(appAuth, auth(), ask(2106, buy, 'o'))
      at(100, client.leave)
      at(3_600_000, () => {
        const later = rawClient(broker.connect)
        later.send(appAuth, auth(), ask(2133))
        at(10, () => {
          const deals = later.frames().at(-1)?.payload?.['deal'] as { executionTimestamp: number }[]
          expect(deals).toHaveLength(1)
          expect((deals[0]?.executionTimestamp ?? 0) - WEDNESDAY_NOON).toBeLessThan(300)
          later.leave()
        })
      })
    })
  })
})

describe('order commands', () => {
  const commands = [
    ['2106', ask(2106, buy)],
    ['2108', ask(2108, { orderId: 1 })],
    ['2109', ask(2109, { orderId: 1 })],
    ['2110', ask(2110, { positionId: 1 })],
    ['2111', ask(2111, { positionId: 1, volume: 1 })],
  ] as const

  it.each(commands)('%s is refused by 2132 to a token that permits viewing only', (_, frame) => {
    expect(answerTo(frame, viewer, 'view')).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
      clientMsgId: 'ask',
      payload: { errorCode: 'TRADING_NOT_ALLOWED', ctidTraderAccountId: ACCOUNT },
    })
  })

  it.each([
    ['2106', ask(2106, { ...buy, volume: 0 }), 'TRADING_BAD_VOLUME'],
    ['2108', ask(2108, { orderId: 1 }), 'ORDER_NOT_FOUND'],
    ['2109', ask(2109, { orderId: 1 }), 'ORDER_NOT_FOUND'],
    ['2110', ask(2110, { positionId: 1 }), 'POSITION_NOT_FOUND'],
    ['2111', ask(2111, { positionId: 1, volume: 1 }), 'POSITION_NOT_FOUND'],
  ])('%s is refused by 2132 for what it asks', (_, frame, errorCode) => {
    expect(answerTo(frame)).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
      clientMsgId: 'ask',
      payload: { errorCode },
    })
  })

  it('is refused when the market is closed', () => {
    expect(answerTo(ask(2106, buy), { start: SATURDAY })).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
      payload: { errorCode: 'MARKET_CLOSED' },
    })
  })
})

describe('without authentication', () => {
  const said = (...frames: object[]): RawFrame | undefined => {
    const heard: RawFrame[] = []
    inVirtualTime(({ at }) => {
      const client = rawClient(createSimulator().connect)
      client.send(...frames)
      at(100, () => {
        heard.push(...client.frames())
        client.leave()
      })
    })
    return heard.at(-1)
  }

  it.each(queries)('%s is refused: of the application', (_, frame) => {
    expect(said(frame)).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      clientMsgId: 'ask',
      payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' },
    })
  })

  it.each(queries)('%s is refused: of the account', (_, frame) => {
    expect(said(appAuth, frame)).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      clientMsgId: 'ask',
      payload: { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' },
    })
  })
})

describe('the withdrawn subscriptions to profit', () => {
  it.each([2190, 2192])('are not supported: %d (D7)', payloadType => {
    expect(answerTo(ask(payloadType))?.payload).toMatchObject({ errorCode: 'UNSUPPORTED_MESSAGE' })
  })

  it('are served if the unknown is set so: at most once a second, and only changes (D7)', () => {
    const heard = play(
      ({ send }) => {
        send(10, ask(2192))
        send(20, ask(2190))
        send(30, ask(2190))
        send(40, ask(2106, buy, 'o'))
        send(9_000, ask(2192))
      },
      { unknowns: { pnlSubscriptions: true } },
      'demo',
      15_000,
    )
    expect(heard.slice(0, 4).map(({ payload }) => payload?.['errorCode'])).toEqual([
      'NOT_SUBSCRIBED_TO_PNL',
      undefined,
      undefined,
      'ALREADY_SUBSCRIBED',
    ])
    const events = heard.filter(({ payloadType }) => payloadType === PayloadType.PROTO_OA_V1_PNL_CHANGE_EVENT)
    expect(events[0]?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      grossUnrealizedPnL: 0,
      netUnrealizedPnL: 0,
      moneyDigits: 2,
    })
    expect(events.length).toBeGreaterThan(2)
    expect(events.length).toBeLessThan(11)
    const profits = events.map(({ payload }) => payload?.['netUnrealizedPnL'])
    profits.forEach((profit, index) => expect(profit).not.toBe(profits[index + 1]))
    expect(heard.at(-1)?.payloadType).toBe(2193)
  })

  it('leave no timer behind when the session goes', () => {
    play(({ send }) => send(10, ask(2190)), { unknowns: { pnlSubscriptions: true } })
  })
})
