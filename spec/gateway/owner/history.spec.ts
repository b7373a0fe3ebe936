import { PayloadType } from 'rx-ctrader'
import { createTextCache } from '../../../src/gateway/owner/queries/cache'
import { isClosedHistory } from '../../../src/gateway/owner/queries/history'
import { inVirtualTime } from '../../support/virtualTime'

const MINUTE = 60_000
const { PROTO_OA_DEAL_LIST_REQ, PROTO_OA_GET_TICKDATA_REQ, PROTO_OA_GET_TRENDBARS_REQ } = PayloadType

describe('history that will not change', () => {
  it('ends some minutes ago, with its last bar', () => {
    inVirtualTime(({ at }) => {
      const bars = { period: 1, toTimestamp: 30_000 }
      const ticks = { toTimestamp: 60_000 }
      at(5 * MINUTE + 59_000, () => {
        expect(isClosedHistory(PROTO_OA_GET_TRENDBARS_REQ, bars)).toBe(false)
        expect(isClosedHistory(PROTO_OA_GET_TICKDATA_REQ, ticks)).toBe(false)
      })
      at(6 * MINUTE, () => {
        expect(isClosedHistory(PROTO_OA_GET_TRENDBARS_REQ, bars)).toBe(true)
        expect(isClosedHistory(PROTO_OA_GET_TICKDATA_REQ, ticks)).toBe(true)
        expect(isClosedHistory(PROTO_OA_GET_TRENDBARS_REQ, { period: 1 })).toBe(false)
        expect(isClosedHistory(PROTO_OA_DEAL_LIST_REQ, ticks)).toBe(false)
      })
    })
  })
})

describe('the texts that are kept', () => {
  it('are those that were used last, up to so many characters', () => {
    const cache = createTextCache(10)
    cache.set('a', '12345')
    cache.set('b', '12345')
    cache.get('a')
    cache.set('c', '123')
    expect(['a', 'b', 'c'].map(key => cache.get(key))).toEqual(['12345', undefined, '123'])
    cache.set('a', '1')
    expect(cache.size()).toBe(4)
    cache.set('d', 'x'.repeat(11))
    expect(cache.get('d')).toBeUndefined()
  })
})
