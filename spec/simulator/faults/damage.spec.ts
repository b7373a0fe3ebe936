import { isDeepStrictEqual } from 'node:util'
import { PayloadType, createClient } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { decodeFrame } from '../../../src/transport/frame'
import { ACCOUNT } from '../../support/account'
import type { RawFrame } from '../../support/rawClient'
import { after, appAuth, request, scene, version } from '../faultScene'

const {
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOLS_LIST_RES,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_BY_ID_RES,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
  PROTO_OA_VERSION_RES,
} = PayloadType

const ofAccount = { ctidTraderAccountId: ACCOUNT }
const market = request(PROTO_OA_NEW_ORDER_REQ, 'order', {
  ...ofAccount,
  symbolId: 1,
  orderType: 1,
  tradeSide: 1,
  volume: 100_000,
})

/** The frames that a client gets for these requests, with a fault that strikes once. */
const heard = (fault: Fault, ...requests: object[]): string[] => {
  let texts: string[] = []
  scene(({ broker, authenticated, at }) => {
    const client = authenticated()
    at(1_000, () => {
      broker.fault(fault)
      client.send(...requests)
    })
    at(5_000, () => {
      texts = after(client, 2)
      client.leave()
    })
  })
  return texts
}

/** A message comes without what of its lists cannot be read, so it has to be compared with its text. */
const isReadable = (text: string): boolean => {
  const decoded = decodeFrame(text)
  return decoded._tag === 'Right' && isDeepStrictEqual(decoded.right.payload, read(text).payload ?? {})
}
const read = (text: string | undefined): RawFrame => JSON.parse(text ?? '{}') as RawFrame

describe('a frame that cannot be read', () => {
  it.each<[string, number, object[]]>([
    [
      'a quote',
      PROTO_OA_SPOT_EVENT,
      [request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ...ofAccount, symbolId: [1] })],
    ],
    [
      'a change of the book',
      PROTO_OA_DEPTH_EVENT,
      [request(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, 'depth', { ...ofAccount, symbolId: [1] })],
    ],
    ['an execution report', PROTO_OA_EXECUTION_EVENT, [market]],
    ['an answer about the account', PROTO_OA_TRADER_RES, [request(PROTO_OA_TRADER_REQ, 'trader', ofAccount)]],
  ])('is %s, whose payload type can be read', (_, payloadType, requests) => {
    const texts = heard({ kind: 'unreadable', payloadType }, ...requests)
    const broken = texts.filter(text => !isReadable(text))
    expect(broken.map(text => read(text).payloadType)).toEqual([payloadType])
    expect(read(broken[0]).payload?.['ctidTraderAccountId']).toBe(ACCOUNT)
    const decoded = decodeFrame(broken[0] ?? '')
    expect(decoded).toMatchObject({ left: { reason: 'InvalidPayload', payloadType } })
  })

  it('comes instead of the good one', () => {
    const texts = heard({ kind: 'unreadable', payloadType: PROTO_OA_EXECUTION_EVENT }, market)
    expect(texts.map(text => read(text).payloadType)).toEqual([
      PROTO_OA_EXECUTION_EVENT,
      PROTO_OA_EXECUTION_EVENT,
    ])
    expect(texts.map(isReadable)).toEqual([false, true])
  })

  it.each([
    ['executionType', { executionType: 'unreadable' }],
    ['position.tradeData.volume', { position: { tradeData: { volume: 'unreadable' } } }],
    ['position', { position: 'unreadable' }],
  ])('has the value of another type in the field %s', (field, payload) => {
    const [first] = heard({ kind: 'unreadable', payloadType: PROTO_OA_EXECUTION_EVENT, field }, market)
    expect(read(first).payload).toMatchObject(payload)
    expect(isReadable(first ?? '')).toBe(false)
  })

  it('has a number where there was a text', () => {
    const [first] = heard({ kind: 'unreadable', payloadType: PROTO_OA_VERSION_RES }, version('1'))
    expect(read(first).payload).toEqual({ version: 0 })
  })

  it('does not count those without the field', () => {
    const texts = heard({ kind: 'unreadable', field: 'deal.dealId' }, version('1'), market)
    expect(texts.map(isReadable)).toEqual([true, true, false])
  })

  it('is an answer without any field, too', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'unreadable', payloadType: PROTO_OA_APPLICATION_AUTH_RES })
      client.send(appAuth)
      at(100, () => {
        expect(client.received).toEqual(['{"payloadType":2101,"clientMsgId":"app","payload":"unreadable"}'])
        expect(decodeFrame(client.received[0] ?? '')).toMatchObject({ left: { reason: 'InvalidPayload' } })
        client.leave()
      })
    })
  })
})

describe('an entity that cannot be read', () => {
  const list = request(PROTO_OA_SYMBOLS_LIST_REQ, 'list', ofAccount)

  it.each<[Partial<Extract<Fault, { kind: 'unreadableEntity' }>>, number, string]>([
    [{}, 0, 'sortingNumber'],
    [{ index: 3 }, 3, 'sortingNumber'],
    [{ index: 3, field: 'symbolId' }, 3, 'symbolId'],
  ])('is one of a list, and the others are as they were: %j', (more, index, field) => {
    const [plain] = heard({ kind: 'recover' }, list)
    const [text] = heard({ kind: 'unreadableEntity', payloadType: PROTO_OA_SYMBOLS_LIST_RES, ...more }, list)
    const symbolsOf = (one: string | undefined): object[] => read(one).payload?.['symbol'] as object[]
    expect(isReadable(text ?? '')).toBe(false)
    expect(symbolsOf(text)).toEqual(
      symbolsOf(plain).map((symbol, i) => (i === index ? { ...symbol, [field]: 'unreadable' } : symbol)),
    )
  })

  it('waits for a list that is long enough', () => {
    const byId = (symbolId: number[]): object =>
      request(PROTO_OA_SYMBOL_BY_ID_REQ, 'ids', { ...ofAccount, symbolId })
    const texts = heard({ kind: 'unreadableEntity', index: 1 }, version('1'), byId([1]), byId([1, 2]))
    expect(texts.map(isReadable)).toEqual([true, true, false])
  })
})

describe('a frame that is too long', () => {
  const byId = (symbolId: number[]): object =>
    request(PROTO_OA_SYMBOL_BY_ID_REQ, 'ids', { ...ofAccount, symbolId })

  it('has more than 15 MiB, and is what it was otherwise', () => {
    const [plain] = heard({ kind: 'recover' }, byId([1]))
    const [text = ''] = heard({ kind: 'oversized', payloadType: PROTO_OA_SYMBOL_BY_ID_RES }, byId([1]))
    expect(text).toHaveLength(15 * 1024 * 1024 + 1)
    expect(read(text)).toEqual(read(plain))
    expect(decodeFrame(text)).toMatchObject({ left: { reason: 'TooLarge' } })
  })

  it('may be only one whose list has more entities than that', () => {
    const texts = heard(
      { kind: 'oversized', above: 2, times: 9 },
      version('1'),
      byId([1, 2]),
      byId([1, 2, 3]),
    )
    expect(texts.map(isReadable)).toEqual([true, true, false])
  })
})

describe('a client', () => {
  it('is told of each frame that it cannot read', () => {
    scene(({ broker, watch, at }) => {
      const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
      const rejected = watch(client.rejected$, 5_000)
      watch(client.request(PayloadType.PROTO_OA_VERSION_REQ, {}), 5_000)
      broker.fault({ kind: 'unreadable', payloadType: PROTO_OA_VERSION_RES })
      at(5_000, () => {
        expect(rejected.values).toMatchObject([
          { reason: 'InvalidPayload', payloadType: PROTO_OA_VERSION_RES },
        ])
      })
    })
  })
})
