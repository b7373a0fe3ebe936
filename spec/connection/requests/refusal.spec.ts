import { PayloadType, ProtoOAExecutionType } from 'rx-ctrader'
import type { Message } from 'rx-ctrader'
import { deferral, readRefusal, refusalError } from '../../../src/connection/requests/refusal'

const { PROTO_OA_ERROR_RES, ERROR_RES, PROTO_OA_ORDER_ERROR_EVENT, PROTO_OA_EXECUTION_EVENT } = PayloadType

const refusalOf = (payloadType: number, payload: object): unknown =>
  readRefusal({ payloadType, payload } as Message)

const MAINTENANCE = 'SERVER_IS_UNDER_MAINTENANCE'
const END = 1_789_757_224

describe('the end of a maintenance', () => {
  it('comes in seconds in a 2142, and is given in ms', () => {
    expect(refusalOf(PROTO_OA_ERROR_RES, { errorCode: MAINTENANCE, maintenanceEndTimestamp: END })).toEqual({
      errorCode: MAINTENANCE,
      maintenanceEndTimestamp: END * 1_000,
    })
  })

  it('is left as it is where a server gives it in ms there too', () => {
    const inMs = { errorCode: MAINTENANCE, maintenanceEndTimestamp: END * 1_000 }
    expect(refusalOf(PROTO_OA_ERROR_RES, inMs)).toEqual(inMs)
    const first = { errorCode: MAINTENANCE, maintenanceEndTimestamp: 1e11 }
    expect(refusalOf(PROTO_OA_ERROR_RES, first)).toEqual(first)
  })

  it('comes in ms in a 50', () => {
    const common = { errorCode: MAINTENANCE, maintenanceEndTimestamp: END * 1_000 }
    expect(refusalOf(ERROR_RES, common)).toEqual(common)
  })

  it('may be absent, and then is', () => {
    expect(refusalOf(PROTO_OA_ERROR_RES, { errorCode: MAINTENANCE })).toEqual({ errorCode: MAINTENANCE })
  })
})

describe('an execution event', () => {
  it.each([
    [ProtoOAExecutionType.ORDER_REJECTED, 'ORDER_REJECTED'],
    [ProtoOAExecutionType.ORDER_CANCEL_REJECTED, 'ORDER_CANCEL_REJECTED'],
  ])('of type %s refuses, by its code or else by its type', (executionType, byType) => {
    expect(refusalOf(PROTO_OA_EXECUTION_EVENT, { executionType, errorCode: 'NOT_ENOUGH_MONEY' })).toEqual({
      errorCode: 'NOT_ENOUGH_MONEY',
    })
    expect(refusalOf(PROTO_OA_EXECUTION_EVENT, { executionType })).toEqual({ errorCode: byType })
  })

  it('of any other type refuses nothing, even with a code', () => {
    const executionType = ProtoOAExecutionType.ORDER_FILLED
    expect(refusalOf(PROTO_OA_EXECUTION_EVENT, { executionType })).toBeUndefined()
    expect(refusalOf(PROTO_OA_EXECUTION_EVENT, { executionType, errorCode: 'ODD' })).toBeUndefined()
  })
})

describe('a refusal', () => {
  it('is what an order error says', () => {
    const payload = { errorCode: 'ORDER_NOT_FOUND', description: 'no such order' }
    expect(refusalOf(PROTO_OA_ORDER_ERROR_EVENT, payload)).toEqual(payload)
  })

  it('is in no other message', () => {
    expect(refusalOf(PayloadType.PROTO_OA_SPOT_EVENT, { errorCode: 'ODD' })).toBeUndefined()
  })

  it('becomes an error with what it says, and without what it does not', () => {
    const payloadType = PayloadType.PROTO_OA_TRADER_REQ
    expect(Object.keys(refusalError(payloadType, { errorCode: 'A' })).sort()).toEqual([
      'errorCode',
      'name',
      'payloadType',
      'reason',
    ])
    expect(
      refusalError(payloadType, {
        errorCode: 'A',
        description: 'b',
        retryAfter: 3,
        maintenanceEndTimestamp: 4,
      }),
    ).toMatchObject({
      errorCode: 'A',
      description: 'b',
      retryAfter: 3,
      maintenanceEndTimestamp: 4,
      payloadType,
    })
  })
})

describe('the pause before what was too much is asked again', () => {
  it('is what the server says, but at least twice the last, and no more than two minutes', () => {
    const refusal = { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 3 }
    expect([0, 1, 2, 3].map(deferrals => deferral(refusal, deferrals))).toEqual([3_000, 3_000, 4_000, 8_000])
    expect(deferral({ errorCode: 'BLOCKED_PAYLOAD_TYPE' }, 0)).toBe(1_000)
    expect(deferral(refusal, 20)).toBe(120_000)
  })
})
