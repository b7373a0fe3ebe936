import * as api from 'rx-ctrader'
import * as account from '../../src/protocol/messages/account'
import * as deals from '../../src/protocol/messages/deals'
import * as enums from '../../src/protocol/messages/enums'
import * as orders from '../../src/protocol/messages/orders'
import * as positions from '../../src/protocol/messages/positions'
import * as quotes from '../../src/protocol/messages/quotes'
import * as session from '../../src/protocol/messages/session'
import type { AnyStruct } from '../../src/protocol/codec/struct'
import * as symbols from '../../src/protocol/messages/symbols'
import { messageCodec, messageRow, table } from '../../src/protocol/table'
import type { MessageType } from '../../src/protocol/table'
import { isStruct, membersOf, typeOf } from '../support/arbitraries'

const structs = Object.entries({
  ...session,
  ...account,
  ...symbols,
  ...quotes,
  ...orders,
  ...deals,
  ...positions,
}) as [name: string, codec: AnyStruct][]

const payloadTypes = Object.entries(api.PayloadType)
const requests = payloadTypes.filter(([name]) => name.endsWith('_REQ'))
const sentUnasked = payloadTypes.filter(([name]) => !name.endsWith('_REQ'))
const codecs = new Set<unknown>(Object.values(table).map(({ codec }) => codec))
const entities = structs.filter(([, codec]) => !codecs.has(codec))

const exported: Readonly<Record<string, unknown>> = api

/** Where the official name of a message is not that of its payload type. */
const otherNames: Readonly<Record<string, string>> = {
  ERROR_RES: 'ProtoErrorRes',
  HEARTBEAT_EVENT: 'ProtoHeartbeatEvent',
  PROTO_OA_TRAILING_SL_CHANGED_EVENT: 'ProtoOATrailingSLChangedEvent',
  PROTO_OA_AMEND_POSITION_SLTP_REQ: 'ProtoOAAmendPositionSLTPReq',
  PROTO_OA_TRADER_UPDATE_EVENT: 'ProtoOATraderUpdatedEvent',
  PROTO_OA_GET_TICKDATA_REQ: 'ProtoOAGetTickDataReq',
  PROTO_OA_GET_TICKDATA_RES: 'ProtoOAGetTickDataRes',
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ: 'ProtoOAGetAccountListByAccessTokenReq',
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES: 'ProtoOAGetAccountListByAccessTokenRes',
  PROTO_OA_SYMBOL_CATEGORY_REQ: 'ProtoOASymbolCategoryListReq',
  PROTO_OA_SYMBOL_CATEGORY_RES: 'ProtoOASymbolCategoryListRes',
  PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ: 'ProtoOAGetDynamicLeverageByIDReq',
  PROTO_OA_GET_DYNAMIC_LEVERAGE_RES: 'ProtoOAGetDynamicLeverageByIDRes',
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ: 'ProtoOAGetPositionUnrealizedPnLReq',
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_RES: 'ProtoOAGetPositionUnrealizedPnLRes',
  PROTO_OA_V1_PNL_CHANGE_EVENT: 'ProtoOAv1PnLChangeEvent',
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ: 'ProtoOAv1PnLChangeSubscribeReq',
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_RES: 'ProtoOAv1PnLChangeSubscribeRes',
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ: 'ProtoOAv1PnLChangeUnSubscribeReq',
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_RES: 'ProtoOAv1PnLChangeUnSubscribeRes',
}

const officialName = (name: string): string =>
  otherNames[name] ??
  name
    .replace('PROTO_OA_', '')
    .split('_')
    .reduce((said, word) => `${said}${word.charAt(0)}${word.slice(1).toLowerCase()}`, 'ProtoOA')

const orderCommands = [2106, 2108, 2109, 2110, 2111]

describe('the protocol', () => {
  it('has ninety-six messages, twenty-seven entities and, but for the payload types, twenty-seven enums', () => {
    expect(Object.keys(table)).toHaveLength(96)
    expect(codecs.size).toBe(96)
    expect(entities).toHaveLength(27)
    expect(Object.keys(enums)).toHaveLength(27)
  })

  it.each(structs)('writes %s down under its own name', (name, codec) => {
    expect(codec.name).toBe(name)
  })

  it('uses no entity that is not written down, and each of them', () => {
    const inside = ([, codec]: readonly [string, AnyStruct]): unknown[] =>
      Object.values(codec.fields).map(typeOf).filter(isStruct)
    expect(new Set(structs.flatMap(inside))).toEqual(new Set(entities.map(([, codec]) => codec)))
  })

  it('has in its fields the numbers of an enum that is written down, where it has an enum', () => {
    const numbers = structs.flatMap(([, codec]) => Object.values(codec.fields).map(typeOf).map(membersOf))
    expect(numbers.filter(members => members !== undefined)).toHaveLength(38)
  })

  it.each(Object.entries(enums))('has no number twice in %s, and no negative one', (_, members) => {
    const numbers: number[] = Object.values(members)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.every(number => Number.isInteger(number) && number >= 0)).toBe(true)
  })
})

describe('the table', () => {
  it.each(payloadTypes)('has for %s the message of that name', (name, payloadType) => {
    expect(messageCodec(payloadType).name).toBe(officialName(name))
    expect(messageRow(payloadType)?.codec).toBe(messageCodec(payloadType))
  })

  it('has nothing for what is no payload type', () => {
    expect([5, 52, 2099, 2194, -1, 50.5, NaN, '50', undefined, null, {}].map(messageRow)).toEqual(
      Array.from({ length: 11 }, () => undefined),
    )
  })

  it('has forty-two requests, the two withdrawn ones among them', () => {
    const asRequests = Object.entries(table).filter(([, row]) => 'answeredBy' in row)
    expect(asRequests.map(([payloadType]) => Number(payloadType))).toEqual(
      requests.map(([, payloadType]) => payloadType),
    )
    expect(requests).toHaveLength(42)
    expect(requests.map(([, payloadType]) => payloadType)).toEqual(expect.arrayContaining([2190, 2192]))
  })

  it.each(requests)('says what answers %s and what refuses it', (name, payloadType) => {
    const response = payloadTypes.find(([other]) => other === name.replace(/_REQ$/, '_RES'))?.[1]
    const row = messageRow(payloadType)
    expect([row?.answeredBy, row?.refusedBy]).toEqual(
      orderCommands.includes(payloadType) ? [[2126], [2132, 2142, 50]] : [[response], [2142, 50]],
    )
  })

  it.each(sentUnasked)('says of %s that it is no request', (_, payloadType) => {
    expect(Object.keys(messageRow(payloadType) ?? {})).toEqual(['codec'])
  })

  it('has in the historical lane what asks for the past, and in the live lane all other requests', () => {
    const inLane = (lane: string): MessageType[] =>
      payloadTypes.map(([, payloadType]) => payloadType).filter(type => messageRow(type)?.lane === lane)
    expect(inLane('historical')).toEqual([2133, 2137, 2143, 2145, 2175, 2179, 2181, 2183, 2185])
    expect(inLane('live')).toHaveLength(33)
  })
})

describe('rx-ctrader', () => {
  it.each([...structs, ...Object.entries(enums)])('exports %s', (name, value) => {
    expect(exported[name]).toBe(value)
  })

  it('exports no other message, entity or enum', () => {
    const known = [...structs, ...Object.entries(enums)].map(([name]) => name)
    expect(
      Object.keys(exported)
        .filter(name => name.startsWith('Proto'))
        .sort(),
    ).toEqual(known.sort())
  })
})
