import { isRight, left, right } from 'fp-ts/Either'
import * as fc from 'fast-check'
import { decodeFrame } from 'rx-ctrader'
import type { Drift, FrameError } from 'rx-ctrader'
import { table } from '../../src/protocol/table'
import { frameDecoder } from '../../src/transport/frame'
import { MAX_FRAME_SIZE } from '../../src/transport/frameSize'

const decode = decodeFrame as (text: unknown) => ReturnType<typeof decodeFrame>

const isObject = (u: unknown): boolean => Object.prototype.toString.call(u) === '[object Object]'

const decodeWithDrift = (text: string) => {
  const drift: Drift[] = []
  const decoded = frameDecoder(found => drift.push(found))(text)
  return { decoded, drift }
}

const serverFrames = [
  '{"payloadType":51}',
  '{"payloadType":2101,"clientMsgId":"a1"}',
  '{"payloadType":2103,"clientMsgId":"a2","payload":{"ctidTraderAccountId":12345678}}',
  '{"payloadType":2142,"clientMsgId":"a3","payload":{"errorCode":"CH_ACCESS_TOKEN_INVALID","description":"Invalid access token"}}',
]

const clientFrames = [
  '{"payloadType":51}',
  '{"payloadType":2100,"clientMsgId":"a1","payload":{"clientId":"…","clientSecret":"…"}}',
  '{"payloadType":2102,"clientMsgId":"a2","payload":{"ctidTraderAccountId":12345678,"accessToken":"…"}}',
]

describe('decodeFrame', () => {
  it.each([...serverFrames, ...clientFrames])('takes %s as it is', text => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toEqual(right({ payload: {}, ...(JSON.parse(text) as object) }))
    expect(drift).toEqual([])
  })

  it('gives an empty payload where the server left it out', () => {
    expect(decodeFrame('{"payloadType":2101,"clientMsgId":"a1"}')).toEqual(
      right({ payloadType: 2101, clientMsgId: 'a1', payload: {} }),
    )
  })

  it('does not care for whitespace and the order of the keys', () => {
    expect(
      decodeFrame(' { "payload" : { "version" : "99" } ,\n "clientMsgId":"", "payloadType":2105.0 }'),
    ).toEqual(right({ payloadType: 2105, clientMsgId: '', payload: { version: '99' } }))
  })

  it('adds no clientMsgId to an event', () => {
    const decoded = decodeFrame('{"payloadType":51}')
    expect(isRight(decoded) && Object.keys(decoded.right)).toEqual(['payloadType', 'payload'])
  })

  const objectExpected = (actual: string): FrameError => ({
    reason: 'NotAnObject',
    faults: [{ path: '', expected: 'object', actual }],
  })
  const payloadTypeExpected = (actual: string): FrameError => ({
    reason: 'InvalidEnvelope',
    faults: [{ path: 'payloadType', expected: 'whole number', actual }],
  })
  const malformed: FrameError = {
    reason: 'MalformedJson',
    faults: [{ path: '', expected: 'JSON', actual: 'other text' }],
  }

  it.each<[what: string, text: string, error: FrameError]>([
    ['an empty text', '', malformed],
    ['a word', 'hello', malformed],
    [
      'a frame that was cut off',
      '{"payloadType":2103,"payload":{"ctidTra',
      { ...malformed, payloadType: 2103 },
    ],
    ['two frames in one', '{"payloadType":51}{"payloadType":51}', malformed],
    ['a note of a binary frame', '<binary frame>', malformed],
    ['null', 'null', objectExpected('null')],
    ['an array', '[{"payloadType":51}]', objectExpected('array')],
    ['a number', '51', objectExpected('number')],
    ['a string', '"{}"', objectExpected('string')],
    ['a boolean', 'true', objectExpected('boolean')],
    ['an empty object', '{}', payloadTypeExpected('nothing')],
    ['a null payloadType', '{"payloadType":null}', payloadTypeExpected('null')],
    ['a fractional payloadType', '{"payloadType":51.5}', payloadTypeExpected('number')],
    ['an infinite payloadType', '{"payloadType":1e999}', payloadTypeExpected('number')],
    ['a payloadType in quotes', '{"payloadType":"51"}', payloadTypeExpected('string')],
    ['a payloadType in an array', '{"payloadType":[51]}', payloadTypeExpected('array')],
    ['a payloadType under __proto__', '{"__proto__":{"payloadType":51}}', payloadTypeExpected('nothing')],
    [
      'an unknown payloadType',
      '{"payloadType":9999,"clientMsgId":"a1","payload":null}',
      {
        reason: 'UnknownPayloadType',
        faults: [{ path: 'payloadType', expected: 'a known payload type', actual: '9999' }],
        payloadType: 9999,
        clientMsgId: 'a1',
      },
    ],
    [
      'an unknown payloadType without a clientMsgId that could be kept',
      '{"payloadType":-1,"clientMsgId":7}',
      {
        reason: 'UnknownPayloadType',
        faults: [{ path: 'payloadType', expected: 'a known payload type', actual: '-1' }],
        payloadType: -1,
      },
    ],
    [
      'a numeric clientMsgId',
      '{"payloadType":2101,"clientMsgId":7}',
      {
        reason: 'InvalidEnvelope',
        faults: [{ path: 'clientMsgId', expected: 'string', actual: 'number' }],
        payloadType: 2101,
      },
    ],
    [
      'a null clientMsgId',
      '{"payloadType":2101,"clientMsgId":null}',
      {
        reason: 'InvalidEnvelope',
        faults: [{ path: 'clientMsgId', expected: 'string', actual: 'null' }],
        payloadType: 2101,
      },
    ],
    [
      'a missing payload with required fields',
      '{"payloadType":2105,"clientMsgId":"a1"}',
      {
        reason: 'InvalidPayload',
        faults: [{ path: 'payload.version', expected: 'string', actual: 'nothing' }],
        payloadType: 2105,
        clientMsgId: 'a1',
      },
    ],
    [
      'a missing field and one of the wrong type',
      '{"payloadType":2174,"payload":{"accessToken":"a","expiresIn":"2628000","refreshToken":null}}',
      {
        reason: 'InvalidPayload',
        faults: [
          { path: 'payload.tokenType', expected: 'string', actual: 'nothing' },
          { path: 'payload.expiresIn', expected: 'int64', actual: 'string' },
          { path: 'payload.refreshToken', expected: 'string', actual: 'null' },
        ],
        payloadType: 2174,
      },
    ],
    [
      'a fault deep in the payload',
      '{"payloadType":2150,"payload":{"accessToken":"a","permissionScope":"SCOPE_VIEW","ctidTraderAccount":[{"ctidTraderAccountId":1},{"ctidTraderAccountId":-1,"isLive":1}]}}',
      {
        reason: 'InvalidPayload',
        faults: [
          { path: 'payload.permissionScope', expected: '0 SCOPE_VIEW | 1 SCOPE_TRADE', actual: 'string' },
          { path: 'payload.ctidTraderAccount.1.ctidTraderAccountId', expected: 'uint64', actual: 'number' },
          { path: 'payload.ctidTraderAccount.1.isLive', expected: 'bool', actual: 'number' },
        ],
        payloadType: 2150,
      },
    ],
    [
      'a null payload',
      '{"payloadType":51,"payload":null}',
      {
        reason: 'InvalidPayload',
        faults: [{ path: 'payload', expected: 'ProtoHeartbeatEvent', actual: 'null' }],
        payloadType: 51,
      },
    ],
    [
      'an array for a payload',
      '{"payloadType":2101,"clientMsgId":"a1","payload":[]}',
      {
        reason: 'InvalidPayload',
        faults: [{ path: 'payload', expected: 'ProtoOAApplicationAuthRes', actual: 'array' }],
        payloadType: 2101,
        clientMsgId: 'a1',
      },
    ],
    [
      'a payload under __proto__',
      '{"payloadType":2105,"__proto__":{"payload":{"version":"99"}}}',
      {
        reason: 'InvalidPayload',
        faults: [{ path: 'payload.version', expected: 'string', actual: 'nothing' }],
        payloadType: 2105,
      },
    ],
    [
      'a field under __proto__',
      '{"payloadType":2105,"payload":{"__proto__":{"version":"99"}}}',
      {
        reason: 'InvalidPayload',
        faults: [{ path: 'payload.version', expected: 'string', actual: 'nothing' }],
        payloadType: 2105,
      },
    ],
  ])('refuses %s', (_, text, error) => {
    expect(decodeFrame(text)).toStrictEqual(left(error))
  })

  it('keeps the clientMsgId of a frame without a payloadType', () => {
    expect(decodeFrame('{"clientMsgId":"a1"}')).toEqual(
      left({ ...payloadTypeExpected('nothing'), clientMsgId: 'a1' }),
    )
  })

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [51, 'number'],
    [Symbol('51'), 'symbol'],
    [{ payloadType: 51 }, 'object'],
    [new Uint8Array([123, 125]), 'object'],
    [['{"payloadType":51}'], 'array'],
  ])('refuses what a careless transport may pass for text: %p', (data, actual) => {
    expect(decode(data)).toStrictEqual(
      left({ reason: 'NotText', faults: [{ path: '', expected: 'text', actual }] }),
    )
  })

  it('takes the longest frame, and refuses a longer one unread', () => {
    const longest = '{"payloadType":51}'.padEnd(MAX_FRAME_SIZE)
    expect(MAX_FRAME_SIZE).toBe(15 * 1024 * 1024)
    expect(isRight(decodeFrame(longest))).toBe(true)
    expect(decodeFrame(`${longest} `)).toStrictEqual(
      left({
        reason: 'TooLarge',
        faults: [{ path: '', expected: 'at most 15728640 characters', actual: '15728641' }],
        payloadType: 51,
      }),
    )
  })

  it('refuses a frame of 20 MiB', () => {
    const text = `{"payloadType":2105,"payload":{"version":"${'9'.repeat(20 * 1024 * 1024)}"}}`
    expect(decodeFrame(text)).toMatchObject(left({ reason: 'TooLarge' }))
  })

  it('survives nesting of any depth', () => {
    const nested = '['.repeat(200_000) + ']'.repeat(200_000)
    const text = `{"payloadType":51,"payload":${nested}}`
    expect(decodeFrame(text)).toMatchObject(left({ payloadType: 51, reason: 'InvalidPayload' }))
  })

  it('never shows a value in a fault', () => {
    const payloads = ['"s3cret"', '["s3cret"]', '{"version":["s3cret"]}', '{"version":{"s3cret":"s3cret"}}']
    for (const payload of payloads) {
      const decoded = decodeFrame(`{"payloadType":2105,"payload":${payload}}`)
      expect(decoded._tag).toBe('Left')
      expect(JSON.stringify(decoded)).not.toContain('s3cret')
    }
  })

  describe('for any text', () => {
    const types = fc.constantFrom(...Object.keys(table).map(Number))
    const frame = fc.record(
      {
        payloadType: fc.oneof({ arbitrary: types, weight: 9 }, { arbitrary: fc.jsonValue(), weight: 1 }),
        clientMsgId: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
        payload: fc.oneof(fc.record({ errorCode: fc.string(), version: fc.string() }), fc.jsonValue()),
        ['__proto__']: fc.jsonValue(),
      },
      { requiredKeys: [], noNullPrototype: true },
    )

    it.each<[what: string, texts: fc.Arbitrary<string>]>([
      ['text', fc.string()],
      ['JSON', fc.json()],
      ['frame', frame.map(value => JSON.stringify(value))],
      ['cut-off frame', fc.tuple(frame, fc.nat()).map(([value, end]) => JSON.stringify(value).slice(0, end))],
    ])('never throws, and gives a message of the table or a fault: arbitrary %s', (_, texts) => {
      fc.assert(
        fc.property(texts, text => {
          const decoded = decodeFrame(text)
          return isRight(decoded)
            ? decoded.right.payloadType in table && isObject(decoded.right.payload)
            : decoded.left.faults.length > 0
        }),
        { numRuns: 500 },
      )
    })
  })
})

describe('frameDecoder', () => {
  it.each<[what: string, text: string, drift: Drift[]]>([
    [
      'an unknown field',
      '{"payloadType":2105,"payload":{"version":"99","build":7}}',
      [{ payloadType: 2105, entity: 'ProtoOAVersionRes', field: 'build', kind: 'unknownField' }],
    ],
    [
      'an unknown enum number',
      '{"payloadType":2150,"payload":{"accessToken":"a","permissionScope":2}}',
      [
        {
          payloadType: 2150,
          entity: 'ProtoOAGetAccountListByAccessTokenRes',
          field: 'permissionScope',
          kind: 'unknownEnumValue',
        },
      ],
    ],
    [
      'an integer that lost digits, in an entity',
      '{"payloadType":2150,"payload":{"accessToken":"a","ctidTraderAccount":[{"ctidTraderAccountId":9007199254740993}]}}',
      [
        {
          payloadType: 2150,
          entity: 'ProtoOACtidTraderAccount',
          field: 'ctidTraderAccountId',
          kind: 'inexactInteger',
        },
      ],
    ],
  ])('passes %s and reports it', (_, text, expected) => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toEqual(right(JSON.parse(text)))
    expect(drift).toEqual(expected)
  })

  it.each([
    [
      '__proto__ in a payload',
      '{"payloadType":51,"payload":{"__proto__":{"version":"99"}}}',
      'ProtoHeartbeatEvent',
    ],
    ['a field beside the payload', '{"payloadType":51,"token":"a","payload":{}}', 'ProtoMessage'],
    ['__proto__ beside the payload', '{"payloadType":51,"__proto__":{"clientMsgId":"a"}}', 'ProtoMessage'],
  ])('leaves out %s and reports it (G10)', (_, text, entity) => {
    const { decoded, drift } = decodeWithDrift(text)
    expect(decoded).toEqual(right({ payloadType: 51, payload: {} }))
    expect(drift.map(found => found.entity)).toEqual([entity])
  })

  it('leaves out __proto__ in an entity, with the known fields as they were validated (G10)', () => {
    const { decoded } = decodeWithDrift(
      '{"payloadType":2131,"payload":{"ctidTraderAccountId":11,"symbolId":1,"bid":5,"trendbar":[{"volume":1,"__proto__":{"low":"x"}}],"__proto__":{"ask":"6"}}}',
    )
    expect(decoded).toEqual(
      right({
        payloadType: 2131,
        payload: { ctidTraderAccountId: 11, symbolId: 1, bid: 5, trendbar: [{ volume: 1 }] },
      }),
    )
  })

  it.each([65, 2_000, 100_000])(
    'refuses a payload with lists in %s levels, which overflow the stack (G9)',
    levels => {
      const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`
      const { decoded, drift } = decodeWithDrift(
        `{"payloadType":51,"clientMsgId":"a","payload":{"a":${nested}}}`,
      )
      expect(decoded).toEqual(
        left({
          reason: 'InvalidPayload',
          payloadType: 51,
          clientMsgId: 'a',
          faults: [{ path: 'payload', expected: 'at most 64 levels of nesting', actual: 'more' }],
        }),
      )
      expect(drift).toEqual([])
    },
  )

  it('tells the payload type of the frame at hand', () => {
    const drift: Drift[] = []
    const decodeNext = frameDecoder(found => drift.push(found))
    decodeNext('{"payloadType":51,"payload":{"a":1}}')
    decodeNext('{"payloadType":2101}')
    decodeNext('{"payloadType":2104,"payload":{"b":1}}')
    expect(drift.map(({ payloadType, field }) => [payloadType, field])).toEqual([
      [51, 'a'],
      [2104, 'b'],
    ])
  })

  it('reports no drift in a frame it refuses', () => {
    const { decoded, drift } = decodeWithDrift('{"payloadType":2105,"payload":{"build":7,"version":99}}')
    expect(decoded._tag).toBe('Left')
    expect(drift).toEqual([])
  })
})
