import { trackAll } from '../../../src/orders/tracking/trackAll'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import { floorWith, heardOn, statusesOf, without } from './floorEvents'

const heardOf = (asked: object): ExecutionReport[] => {
  const floor = floorWith()
  floor.order(0, asked, 'm1')
  floor.until(2_000)
  return heardOn(floor)
}

describe('following all orders', () => {
  it('tells of each what of it is news', () => {
    const { hear } = trackAll()
    const heard = heardOf({ relativeStopLoss: 100 })
    expect(statusesOf(heard.flatMap(one => [...hear(one)]))).toEqual(['accepted', 'filled', 'protected'])
    expect(heard.flatMap(one => [...hear(one)])).toEqual([])
  })

  it('tells nothing of what is of no order, nor of protections of a position that is not told', () => {
    const { hear } = trackAll()
    const [, , placed] = heardOf({ relativeStopLoss: 100 })
    expect(hear({ executionType: 9 })).toEqual([])
    expect(placed && hear(without(placed, 'position'))).toEqual([])
  })

  it('forgets the oldest of the orders that ended, and none that waits', () => {
    const { hear } = trackAll()
    const [waiting] = heardOf({ orderType: 2, limitPrice: 1.139 })
    const ended = heardOf({})[1]
    const nth = (heard: ExecutionReport | undefined, n: number): ExecutionReport =>
      heard?.order ? { ...heard, order: { ...heard.order, orderId: n } } : {}
    const told = (heard: ExecutionReport): string[] => statusesOf(hear(heard))
    expect(told(nth(waiting, 5_000))).toEqual(['accepted'])
    for (let n = 0; n <= 1_000; n += 1) expect(told(nth(ended, n))).toEqual(['filled'])
    expect(told(nth(ended, 1))).toEqual([])
    expect(told(nth(waiting, 5_000))).toEqual([])
    // That it ended is remembered longer: lists tell of it again.
    expect(told(nth(ended, 0))).toEqual([])
  })

  it('asks for the missing deals of an end, and tells it when they do not come (A4)', () => {
    let asked = 0
    const { hear } = trackAll(() => {
      asked += 1
    })
    const [accepted, filled] = heardOf({})
    if (!accepted || !filled?.order) throw new Error('no fill')
    const order = { ...filled.order, orderStatus: 5, executedVolume: 400_000 } as const
    expect(statusesOf(hear(accepted))).toEqual(['accepted'])
    expect(hear({ ...without(filled, 'deals'), executionType: 5, order })).toEqual([])
    expect(asked).toBe(1)
    expect([1, 2, 3, 4].map(() => statusesOf(hear({ order, deals: [] })))).toEqual([
      [],
      [],
      [],
      ['cancelled'],
    ])
    expect(asked).toBe(1)
  })
})
