import { CTraderError } from 'rx-ctrader'
import type { OrderUpdate } from '../../../src/orders/model/orderUpdate'
import { afterTracked, createOrderLife } from '../../../src/orders/tracking/orderLife'
import type { LifeState, Stage } from '../../../src/orders/tracking/orderLife'
import { BUY } from '../../support/tradingFloor'

const order = (orderType: number, orderStatus = 1) => ({
  orderId: 7,
  tradeData: { symbolId: 1, volume: 100, tradeSide: BUY },
  orderType,
  orderStatus,
})
const MARKET = order(1)
const LIMIT = order(2)
const lost = new CTraderError({ reason: 'ConnectionLost', sent: true })

const update = (status: OrderUpdate['status'], fields: object = {}): OrderUpdate =>
  ({ status, ...fields }) as OrderUpdate

const start: LifeState = { stage: 'dispatched', ids: {}, isKnown: false, outcome: 'sent' }

describe('the life of an order', () => {
  it.each<readonly [Stage, OrderUpdate]>([
    ['dispatched', update('sent')],
    ['inDoubt', update('outcomeUnknown', { cause: lost })],
    ['working', update('accepted', { order: MARKET })],
    ['resting', update('accepted', { order: LIMIT })],
    ['resting', update('replaced', { order: LIMIT })],
    ['resting', update('partiallyFilled', { order: LIMIT })],
    ['working', update('partiallyFilled', { order: MARKET })],
    ['working', update('protected')],
    ['filled', update('filled', { order: LIMIT })],
    ['filled', update('cancelled', { order: LIMIT })],
    ['filled', update('expired', { order: LIMIT })],
    ['filled', update('rejected')],
  ])('is %s after an update', (stage, one) => {
    const after = afterTracked(start, { updates: [one], isOver: false })
    expect(after).toMatchObject({ stage, outcome: one.status })
    expect(after.isKnown).toBe(stage !== 'dispatched' && stage !== 'inDoubt')
    expect(afterTracked(start, { updates: [one], isOver: true })).toMatchObject({
      stage: 'over',
      outcome: one.status,
    })
  })

  it('keeps the ids and the order that it knows', () => {
    const accepted = update('accepted', { orderId: 7, clientOrderId: 'one', order: MARKET })
    const unknown = update('outcomeUnknown', { cause: lost })
    expect(afterTracked(start, { updates: [accepted, unknown], isOver: false })).toEqual({
      stage: 'inDoubt',
      ids: { orderId: 7, clientOrderId: 'one' },
      isKnown: true,
      outcome: 'outcomeUnknown',
      order: MARKET,
    })
  })

  it('is in doubt only while its end must come without delay', () => {
    const lifeAfter = (...updates: readonly OrderUpdate[]) => {
      const life = createOrderLife(() => ({ updates: [], isOver: false }), { orderId: 7 })
      life.tell(updates)
      return life.doubt(lost)
    }
    const doubt = { updates: [{ status: 'outcomeUnknown', cause: lost, orderId: 7 }], isOver: false }
    expect(lifeAfter()).toEqual([doubt])
    expect(lifeAfter(update('accepted', { order: MARKET }))).toEqual([doubt])
    expect(lifeAfter(update('accepted', { order: LIMIT }))).toEqual([])
    expect(lifeAfter(update('filled', { order: MARKET }))).toEqual([])
    expect(lifeAfter(update('outcomeUnknown', { cause: lost }))).toEqual([])
  })
})
