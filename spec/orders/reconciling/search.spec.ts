import { createSearch } from '../../../src/orders/reconciling/search'
import { inVirtualTime } from '../../support/virtualTime'

describe('the search for an order', () => {
  it('counts its time while it runs, and anew after a sign of the order', () => {
    inVirtualTime(({ at }) => {
      const search = createSearch('one', 10_000)
      at(1_000, search.resume)
      at(3_000, () => {
        expect(search.left()).toBe(8_000)
        search.pause()
      })
      at(5_000, () => {
        expect(search.left()).toBe(8_000)
        search.resume()
      })
      at(6_000, () => {
        expect(search.left()).toBe(7_000)
        search.seen()
        expect(search.left()).toBe(10_000)
      })
      at(17_000, () => {
        search.asked()
        search.asked()
        expect(search.left()).toBe(-1_000)
        expect(search.notFound('nothing there', undefined)).toMatchObject({
          reason: 'NotFound',
          id: 'one',
          after: 11_000,
          asked: 2,
          detail: 'nothing there',
        })
      })
    })
  })
})
