import { PayloadType } from 'rx-ctrader'
import { settles } from '../../../src/connection/requests/pending'

const { ERROR_RES, PROTO_OA_SPOT_EVENT, PROTO_OA_TRADER_REQ, PROTO_OA_TRADER_RES } = PayloadType

describe('a message settles a request', () => {
  it('as its answer or its refusal, and in no other way', () => {
    expect(settles(PROTO_OA_TRADER_RES, PROTO_OA_TRADER_REQ)).toBe(true)
    expect(settles(ERROR_RES, PROTO_OA_TRADER_REQ)).toBe(true)
    expect(settles(PROTO_OA_SPOT_EVENT, PROTO_OA_TRADER_REQ)).toBe(false)
    expect(settles(undefined, PROTO_OA_TRADER_REQ)).toBe(false)
    expect(settles(PROTO_OA_TRADER_RES, 9999 as never)).toBe(false)
  })
})
