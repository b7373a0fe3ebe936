import { PayloadType } from 'rx-ctrader'
import type { Unknowns } from 'rx-ctrader/simulator'
import { ask, converse } from '../../support/conversation'
import type { RawFrame } from '../../support/rawClient'

const { PROTO_OA_ERROR_RES, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_RECONCILE_REQ } =
  PayloadType

const order = ask(PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: 1,
  tradeSide: 1,
  volume: 100_000,
  clientOrderId: 'filled',
})
const pending = ask(PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: 2,
  tradeSide: 1,
  volume: 100_000,
  limitPrice: 0.9,
  clientOrderId: 'pending',
})

/** The answers to lists of orders, and an order by its id, on an account with a filled and a pending one. */
const answers = (unknowns: Partial<Unknowns>, ...lists: object[]): (RawFrame | undefined)[] =>
  converse([order, pending, ...lists], { every: 1_000, unknowns })
    .replies.slice(2)
    .map(([answer]) => answer)

const ids = (frame: RawFrame | undefined): unknown[] =>
  ((frame?.payload?.['order'] ?? []) as { clientOrderId?: string }[]).map(
    ({ clientOrderId }) => clientOrderId,
  )

describe('lists of orders', () => {
  it('have the ids that their clients gave them', () => {
    const [list, open] = answers({}, ask(PROTO_OA_ORDER_LIST_REQ), ask(PROTO_OA_RECONCILE_REQ))
    expect(ids(list)).toEqual(['pending', 'filled'])
    expect(ids(open)).toEqual(['pending'])
  })

  it('have none, if that is what the server does', () => {
    const [list, open] = answers(
      { listedClientOrderIds: false },
      ask(PROTO_OA_ORDER_LIST_REQ),
      ask(PROTO_OA_RECONCILE_REQ),
    )
    expect(ids(list)).toEqual([undefined, undefined])
    expect(ids(open)).toEqual([undefined])
  })

  it('have only ended orders in 2175, if that is what the server does: pending ones are in 2124 (G4)', () => {
    const [list, open] = answers(
      { orderList: 'ended' },
      ask(PROTO_OA_ORDER_LIST_REQ),
      ask(PROTO_OA_RECONCILE_REQ),
    )
    expect(ids(list)).toEqual(['filled'])
    expect(ids(open)).toEqual(['pending'])
  })

  it('refuse 2175 without a range, if that is what the server does (G19)', () => {
    const range = { fromTimestamp: 0, toTimestamp: Date.UTC(2030, 0) }
    const [without, half, list] = answers(
      { orderListNeedsRange: true },
      ask(PROTO_OA_ORDER_LIST_REQ),
      ask(PROTO_OA_ORDER_LIST_REQ, { fromTimestamp: 0 }),
      ask(PROTO_OA_ORDER_LIST_REQ, range),
    )
    expect(without).toMatchObject({
      payloadType: PROTO_OA_ERROR_RES,
      payload: { errorCode: 'INVALID_REQUEST' },
    })
    expect(half).toMatchObject({ payloadType: PROTO_OA_ERROR_RES })
    expect(ids(list)).toEqual(['pending', 'filled'])
  })
})
