import { createCache } from '../../../../src/simulator/market/model/cache'

describe('a cache', () => {
  const made: number[] = []
  const square = (n: number): number => {
    made.push(n)
    return n * n
  }
  beforeEach(() => made.splice(0))

  it('makes a value once, while it keeps it', () => {
    const cache = createCache<number>(2)
    expect([3, 3, 4, 3, 4].map(n => cache.get(n, square))).toEqual([9, 9, 16, 9, 16])
    expect(made).toEqual([3, 4])
  })

  it('forgets what was not asked for longest, so that it stays as small as it was to be', () => {
    const cache = createCache<number>(2)
    for (const n of [1, 2, 1, 3, 1, 2]) cache.get(n, square)
    expect(made).toEqual([1, 2, 3, 2])
  })

  it('keeps what there is nothing of, too', () => {
    const cache = createCache<undefined>(2)
    const nothing = jest.fn(() => undefined)
    for (const n of [1, 2, 1, 2]) cache.get(n, nothing)
    expect(nothing).toHaveBeenCalledTimes(2)
  })

  it('forgets all when told to', () => {
    const cache = createCache<number>(2)
    cache.get(1, square)
    cache.clear()
    cache.get(1, square)
    expect(made).toEqual([1, 1])
  })
})
