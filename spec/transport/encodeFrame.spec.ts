import { isRight, right } from 'fp-ts/Either'
import * as fc from 'fast-check'
import { PayloadType, decodeFrame, encodeFrame } from 'rx-ctrader'
import type { Message } from 'rx-ctrader'
import type { MessageType } from '../../src/protocol/table'
import { outgoingFaults } from '../../src/transport/frame'

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

describe('encodeFrame', () => {
  it('leaves an empty payload out', () => {
    expect(encodeFrame({ payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} })).toBe('{"payloadType":51}')
  })

  it('writes keys and fields in the order of the server, from any order', () => {
    const message: Message = {
      payload: { accessToken: '…', ctidTraderAccountId: 12345678 },
      clientMsgId: 'a2',
      payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
    }
    expect(encodeFrame(message)).toBe(clientFrames[2])
  })

  it('has no clientMsgId where the message has none', () => {
    const message: Message = { payloadType: PayloadType.PROTO_OA_VERSION_RES, payload: { version: '99' } }
    expect(encodeFrame(message)).toBe('{"payloadType":2105,"payload":{"version":"99"}}')
  })

  it('leaves out empty arrays, and a payload that has nothing else', () => {
    const message: Message = {
      payloadType: PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
      payload: { ctidTraderAccountIds: [] },
    }
    expect(encodeFrame(message)).toBe('{"payloadType":2147}')
  })

  it.each([...serverFrames, ...clientFrames])('gives back the text that was decoded: %s', text => {
    const decoded = decodeFrame(text)
    expect(isRight(decoded) && encodeFrame(decoded.right)).toBe(text)
  })

  it('is undone by decodeFrame', () => {
    const account = fc.record(
      { ctidTraderAccountId: fc.maxSafeNat(), isLive: fc.boolean(), brokerTitleShort: fc.string() },
      { requiredKeys: ['ctidTraderAccountId'], noNullPrototype: true },
    )
    const message = fc.record(
      {
        payloadType: fc.constant(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES),
        clientMsgId: fc.string(),
        payload: fc.record(
          {
            accessToken: fc.string({ unit: 'binary' }),
            permissionScope: fc.constantFrom(0, 1),
            ctidTraderAccount: fc.array(account, { minLength: 1, maxLength: 3 }),
          },
          { requiredKeys: ['accessToken'], noNullPrototype: true },
        ),
      },
      { requiredKeys: ['payloadType', 'payload'], noNullPrototype: true },
    )
    fc.assert(
      fc.property(message, sent => {
        expect(decodeFrame(encodeFrame(sent as Message))).toStrictEqual(right(sent))
      }),
    )
  })
})

describe('outgoingFaults', () => {
  const faultsOf = outgoingFaults as (payloadType: MessageType, payload: unknown) => unknown

  it.each([
    [PayloadType.PROTO_OA_VERSION_REQ, {}],
    [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId: '', clientSecret: '' }],
    [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { ctidTraderAccountId: 1, accessToken: 'a' }],
    [PayloadType.PROTO_OA_ERROR_RES, { errorCode: 'X', description: undefined, misspelt: undefined }],
  ])('finds none in a payload that fits: %i %p', (payloadType, payload) => {
    expect(faultsOf(payloadType, payload)).toEqual([])
  })

  it.each([
    ['a missing field', { accessToken: 'a' }, 'payload.ctidTraderAccountId', 'int64', 'nothing'],
    [
      'a field of another type',
      { ctidTraderAccountId: '1', accessToken: 'a' },
      'payload.ctidTraderAccountId',
      'int64',
      'string',
    ],
    ['NaN', { ctidTraderAccountId: NaN, accessToken: 'a' }, 'payload.ctidTraderAccountId', 'int64', 'number'],
    ['a null', { ctidTraderAccountId: 1, accessToken: null }, 'payload.accessToken', 'string', 'null'],
    [
      'a field the message does not have',
      { ctidTraderAccountId: 1, accessToken: 'a', acessToken: 'b' },
      'ProtoOAAccountAuthReq.acessToken',
      'a field of the protocol',
      'unknownField',
    ],
    [
      'an integer that would lose digits',
      { ctidTraderAccountId: 2 ** 53, accessToken: 'a' },
      'ProtoOAAccountAuthReq.ctidTraderAccountId',
      'a value of the protocol',
      'inexactInteger',
    ],
    ['no payload', undefined, 'payload', 'ProtoOAAccountAuthReq', 'nothing'],
    ['an array', [], 'payload', 'ProtoOAAccountAuthReq', 'array'],
  ])('finds %s', (_, payload, path, expected, actual) => {
    const faults = faultsOf(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, payload)
    expect(faults).toEqual([{ path, expected, actual }])
  })

  it('finds a misspelt required field missing', () => {
    expect(
      faultsOf(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientID: 'demo', clientSecret: 'demo' }),
    ).toContainEqual({ path: 'payload.clientId', expected: 'string', actual: 'nothing' })
  })

  it('finds an unknown enum number and an unknown field of an entity', () => {
    const payload = {
      accessToken: 'a',
      permissionScope: 2,
      ctidTraderAccount: [{ ctidTraderAccountId: 1, islive: true }],
    }
    expect(faultsOf(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES, payload)).toEqual([
      {
        path: 'ProtoOAGetAccountListByAccessTokenRes.permissionScope',
        expected: 'a value of the protocol',
        actual: 'unknownEnumValue',
      },
      {
        path: 'ProtoOACtidTraderAccount.islive',
        expected: 'a field of the protocol',
        actual: 'unknownField',
      },
    ])
  })

  it('finds a wrong value that is inherited, since it would be sent', () => {
    const payload: unknown = Object.assign(Object.create({ description: 5 }), { errorCode: 'X' })
    expect(faultsOf(PayloadType.PROTO_OA_ERROR_RES, payload)).not.toEqual([])
  })

  it.each([
    's3cret',
    ['s3cret'],
    { clientId: ['s3cret'], clientSecret: { s3cret: 's3cret' } },
    { clientId: 'demo', clientSecret: 'demo', token: 's3cret' },
    { clientId: 's3cret', clientSecret: Symbol('s3cret') },
  ])('never shows a value: %p', payload => {
    const faults = faultsOf(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, payload)
    expect(faults).not.toEqual([])
    expect(JSON.stringify(faults)).not.toContain('s3cret')
  })
})
