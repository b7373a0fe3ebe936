import type { Unknowns } from 'rx-ctrader/simulator'
import { ask, converse } from '../../support/conversation'
import type { RawFrame } from '../../support/rawClient'

const order = ask(2106, {
  symbolId: 1,
  orderType: 1,
  tradeSide: 1,
  volume: 100_000,
  clientOrderId: 'filled',
})
const pending = ask(2106, {
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
    const [list, open] = answers({}, ask(2175), ask(2124))
    expect(ids(list)).toEqual(['pending', 'filled'])
    expect(ids(open)).toEqual(['pending'])
  })

  it('have none, if that is what the server does', () => {
    const [list, open] = answers({ listedClientOrderIds: false }, ask(2175), ask(2124))
    expect(ids(list)).toEqual([undefined, undefined])
    expect(ids(open)).toEqual([undefined])
  })

  it('have only ended orders in 2175, if that is what the server does: pending ones are in 2124 (G4)', () => {
    const [list, open] = answers({ orderList: 'ended' }, ask(2175), ask(2124))
    expect(ids(list)).toEqual(['filled'])
    expect(ids(open)).toEqual(['pending'])
  })

  it('refuse 2175 without a range, if that is what the server does (G19)', () => {
    const range = { fromTimestamp: 0, toTimestamp: Date.UTC(2030, 0) }
    const [without, half, list] = answers(
      { orderListNeedsRange: true },
      ask(2175),
      ask(2175, { fromTimestamp: 0 }),
      ask(2175, range),
    )
    expect(without).toMatchObject({ payloadType: 2142, payload: { errorCode: 'INVALID_REQUEST' } })
    expect(half).toMatchObject({ payloadType: 2142 })
    expect(ids(list)).toEqual(['pending', 'filled'])
  })
})
