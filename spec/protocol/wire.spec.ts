import { isRight, right } from 'fp-ts/Either'
import { PayloadType, decodeFrame, encodeFrame } from 'rx-ctrader'
import type { Drift, Message, MessageOf, MessageType } from 'rx-ctrader'
import { frameDecoder } from '../../src/transport/frame'

const ctidTraderAccountId = 12345678

const decodeWithDrift = (text: string) => {
  const drift: Drift[] = []
  const decoded = frameDecoder(found => drift.push(found))(text)
  return { decoded, drift }
}

/** The message in a frame, as what it must be. */
const messageIn = <T extends MessageType>(payloadType: T, text: string): MessageOf<T> => {
  const decoded = decodeFrame(text)
  if (!isRight(decoded)) throw new Error(JSON.stringify(decoded.left))
  expect(decoded.right.payloadType).toBe(payloadType)
  return decoded.right as unknown as MessageOf<T>
}

const frames: readonly (readonly [text: string, message: Message])[] = [
  [
    '{"payloadType":2100,"clientMsgId":"a1","payload":{"clientId":"…","clientSecret":"…"}}',
    {
      payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
      clientMsgId: 'a1',
      payload: { clientId: '…', clientSecret: '…' },
    },
  ],
  [
    '{"payloadType":2101,"clientMsgId":"a1"}',
    { payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'a1', payload: {} },
  ],
  [
    '{"payloadType":2102,"clientMsgId":"a2","payload":{"ctidTraderAccountId":12345678,"accessToken":"…"}}',
    {
      payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
      clientMsgId: 'a2',
      payload: { ctidTraderAccountId, accessToken: '…' },
    },
  ],
  [
    '{"payloadType":2103,"clientMsgId":"a2","payload":{"ctidTraderAccountId":12345678}}',
    {
      payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_RES,
      clientMsgId: 'a2',
      payload: { ctidTraderAccountId },
    },
  ],
  [
    '{"payloadType":2142,"clientMsgId":"a3","payload":{"errorCode":"CH_ACCESS_TOKEN_INVALID","description":"Invalid access token"}}',
    {
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      clientMsgId: 'a3',
      payload: { errorCode: 'CH_ACCESS_TOKEN_INVALID', description: 'Invalid access token' },
    },
  ],
  [
    '{"payloadType":2132,"clientMsgId":"a4","payload":{"errorCode":"TRADING_BAD_VOLUME","ctidTraderAccountId":12345678,"description":"Order volume = 0.00 is smaller than minimum allowed volume = 0.01."}}',
    {
      payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
      clientMsgId: 'a4',
      payload: {
        errorCode: 'TRADING_BAD_VOLUME',
        ctidTraderAccountId,
        description: 'Order volume = 0.00 is smaller than minimum allowed volume = 0.01.',
      },
    },
  ],
  [
    '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"ask":113955,"timestamp":1789757224051}}',
    {
      payloadType: PayloadType.PROTO_OA_SPOT_EVENT,
      payload: { ctidTraderAccountId, symbolId: 1, ask: 113955, timestamp: 1_789_757_224_051 },
    },
  ],
  [
    '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"bid":113950,"trendbar":[{"volume":19,"period":1,"low":113900,"deltaOpen":10,"deltaHigh":60,"utcTimestampInMinutes":29829287}],"timestamp":1789757225268}}',
    {
      payloadType: PayloadType.PROTO_OA_SPOT_EVENT,
      payload: {
        ctidTraderAccountId,
        symbolId: 1,
        bid: 113950,
        trendbar: [
          {
            volume: 19,
            period: 1,
            low: 113900,
            deltaOpen: 10,
            deltaHigh: 60,
            utcTimestampInMinutes: 29_829_287,
          },
        ],
        timestamp: 1_789_757_225_268,
      },
    },
  ],
  ['{"payloadType":51}', { payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} }],
]

describe('the frames of a session', () => {
  it.each(frames)('are messages, all of them known: %s', (text, message) => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toStrictEqual(right(message))
    expect(drift).toEqual([])
  })

  it.each(frames)('are written as the server writes them: %s', (text, message) => {
    expect(encodeFrame(message)).toBe(text)
  })
})

describe('a spot event', () => {
  it('with an ask alone has neither a bid nor bars', () => {
    const { payload } = messageIn(
      PayloadType.PROTO_OA_SPOT_EVENT,
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"ask":113955}}',
    )
    expect(payload.ask).toBe(113955)
    expect(payload.bid).toBeUndefined()
    expect(Object.keys(payload)).toEqual(['ctidTraderAccountId', 'symbolId', 'ask'])
  })

  it('has live bars without a close', () => {
    const { payload } = messageIn(
      PayloadType.PROTO_OA_SPOT_EVENT,
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"bid":113950,"trendbar":[{"volume":19,"period":1,"low":113900,"deltaOpen":10,"deltaHigh":60},{"volume":240,"period":7,"low":113850,"deltaOpen":0,"deltaHigh":110}]}}',
    )
    expect(
      payload.trendbar?.map(({ period, deltaOpen, deltaClose }) => [period, deltaOpen, deltaClose]),
    ).toEqual([
      [1, 10, undefined],
      [7, 0, undefined],
    ])
  })
})

describe('the terms of a symbol', () => {
  const text =
    '{"payloadType":2117,"clientMsgId":"s1","payload":{"ctidTraderAccountId":12345678,"symbol":[{' +
    '"symbolId":101,"digits":2,"pipPosition":0,"enableShortSelling":true,"guaranteedStopLoss":false,' +
    '"swapRollover3Days":5,"swapLong":-18.5,"swapShort":0.0,"maxVolume":1000000,"minVolume":1,"stepVolume":1,' +
    '"maxExposure":10000000000000,"schedule":[{"startSecond":300,"endSecond":604500}],"commission":0,' +
    '"commissionType":2,"slDistance":0,"tpDistance":0,"gslDistance":100,"gslCharge":0,"distanceSetIn":1,' +
    '"minCommission":0,"minCommissionType":1,"minCommissionAsset":"USD","scheduleTimeZone":"UTC","tradingMode":0,' +
    '"lotSize":100,"preciseTradingCommissionRate":0,"preciseMinCommission":0,"gslScheduleId":3,"fieldOfTomorrow":1}]}}'

  it('come with deprecated fields, and with one of no schema, which are known, and with one that is not, which is passed on (D6)', () => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toEqual(right(JSON.parse(text)))
    expect(decoded).toMatchObject(
      right({
        payload: { symbol: [{ commission: 0, minCommission: 0, gslScheduleId: 3, fieldOfTomorrow: 1 }] },
      }),
    )
    expect(drift).toEqual([
      { payloadType: 2117, entity: 'ProtoOASymbol', field: 'fieldOfTomorrow', kind: 'unknownField' },
    ])
  })

  it('report that field once for every frame that has it', () => {
    const drift: string[] = []
    const decode = frameDecoder(({ field }) => drift.push(field))
    decode(text)
    expect(drift).toEqual(['fieldOfTomorrow'])
    decode(text)
    expect(drift).toEqual(['fieldOfTomorrow', 'fieldOfTomorrow'])
  })

  it('are written without what this release does not know', () => {
    const known = JSON.stringify(JSON.parse(text.replace(',"fieldOfTomorrow":1', '')))
    expect(encodeFrame(messageIn(PayloadType.PROTO_OA_SYMBOL_BY_ID_RES, text))).toBe(known)
  })
})

describe('a repeated field', () => {
  it('is absent when the server has nothing for it', () => {
    const { payload } = messageIn(
      PayloadType.PROTO_OA_RECONCILE_RES,
      '{"payloadType":2125,"clientMsgId":"r1","payload":{"ctidTraderAccountId":12345678,"position":[{"positionId":9,"tradeData":{"symbolId":1,"volume":100000,"tradeSide":1,"comment":""},"positionStatus":1,"swap":0,"guaranteedStopLoss":false}]}}',
    )
    expect(payload.position?.map(({ positionId, swap }) => [positionId, swap])).toEqual([[9, 0]])
    expect(payload).not.toHaveProperty('order')
  })

  it('is left out when it is empty', () => {
    expect(
      encodeFrame({
        payloadType: PayloadType.PROTO_OA_RECONCILE_RES,
        clientMsgId: 'r1',
        payload: { ctidTraderAccountId, position: [], order: [] },
      }),
    ).toBe('{"payloadType":2125,"clientMsgId":"r1","payload":{"ctidTraderAccountId":12345678}}')
  })

  it('of plain numbers is an array of them', () => {
    const text =
      '{"payloadType":2155,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"newQuotes":[{"id":5,"size":100000,"bid":113950}],"deletedQuotes":[3,4]}}'
    const message = messageIn(PayloadType.PROTO_OA_DEPTH_EVENT, text)
    expect(message.payload.deletedQuotes).toEqual([3, 4])
    expect(encodeFrame(message)).toBe(text)
  })
})

describe('an order error event', () => {
  it('has its fields in the order of the server, in any order they were given', () => {
    const text = encodeFrame({
      payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
      clientMsgId: 'a4',
      payload: {
        description: 'gone',
        positionId: 9,
        ctidTraderAccountId,
        orderId: 7,
        errorCode: 'ORDER_NOT_FOUND',
      },
    })
    expect(text).toBe(
      '{"payloadType":2132,"clientMsgId":"a4","payload":{"errorCode":"ORDER_NOT_FOUND","orderId":7,"ctidTraderAccountId":12345678,"positionId":9,"description":"gone"}}',
    )
  })
})

describe('an integer beyond 2^53', () => {
  it.each<[text: string, entity: string, field: string]>([
    [
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":9007199254740993}}',
      'ProtoOASpotEvent',
      'symbolId',
    ],
    [
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":-9007199254740993,"symbolId":1}}',
      'ProtoOASpotEvent',
      'ctidTraderAccountId',
    ],
    [
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"bid":18446744073709551615}}',
      'ProtoOASpotEvent',
      'bid',
    ],
    [
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"trendbar":[{"volume":9223372036854775807}]}}',
      'ProtoOATrendbar',
      'volume',
    ],
    [
      '{"payloadType":2155,"payload":{"ctidTraderAccountId":12345678,"symbolId":1,"deletedQuotes":[3,9007199254740992,4]}}',
      'ProtoOADepthEvent',
      'deletedQuotes',
    ],
  ])('is passed on with the digits it has left, and reported: %s', (text, entity, field) => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toEqual(right(JSON.parse(text)))
    expect(drift).toMatchObject([{ entity, field, kind: 'inexactInteger' }])
  })

  it('is nothing to report one below, and of a price', () => {
    const { decoded, drift } = decodeWithDrift(
      '{"payloadType":2107,"payload":{"ctidTraderAccountId":9007199254740991,"positionId":9,"orderId":7,"stopPrice":1e300,"utcLastUpdateTimestamp":1789757224051}}',
    )
    expect(isRight(decoded)).toBe(true)
    expect(drift).toEqual([])
  })
})
