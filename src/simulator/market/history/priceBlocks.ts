import { nth } from '../model/random'

/** Prices in a block. For each block the extremes are known, so that most blocks need not be read. */
const BLOCK = 256

/** The prices of one side of all ticks, in steps. Ticks are named by their index. */
export interface PriceBlocks {
  /** The first tick from one index up to but not including another with a price at or beyond a goal. */
  readonly firstReach: (
    beyond: 'atOrBelow' | 'atOrAbove',
    goal: number,
    from: number,
    end: number,
  ) => number | undefined
  /** The extremes from one index up to but not including another. */
  readonly range: (from: number, end: number) => { readonly lowest: number; readonly highest: number }
}

export const createPriceBlocks = (prices: Int32Array): PriceBlocks => {
  const blocks = Math.ceil(prices.length / BLOCK)
  const lowest = new Int32Array(blocks)
  const highest = new Int32Array(blocks)
  for (let block = 0; block < blocks; block += 1) {
    let low = Infinity
    let high = -Infinity
    const end = Math.min(prices.length, (block + 1) * BLOCK)
    for (let i = block * BLOCK; i < end; i += 1) {
      const price = nth(prices, i)
      if (price < low) low = price
      if (price > high) high = price
    }
    lowest[block] = low
    highest[block] = high
  }

  return {
    firstReach: (beyond, goal, from, end) => {
      const falling = beyond === 'atOrBelow'
      for (let i = from; i < end;) {
        const block = Math.floor(i / BLOCK)
        const next = Math.min(end, (block + 1) * BLOCK)
        if (falling ? nth(lowest, block) <= goal : nth(highest, block) >= goal)
          for (; i < next; i += 1) if (falling ? nth(prices, i) <= goal : nth(prices, i) >= goal) return i
        i = next
      }
      return undefined
    },
    range: (from, end) => {
      let low = Infinity
      let high = -Infinity
      for (let i = from; i < end;) {
        const block = Math.floor(i / BLOCK)
        const next = (block + 1) * BLOCK
        if (i === block * BLOCK && next <= end) {
          low = Math.min(low, nth(lowest, block))
          high = Math.max(high, nth(highest, block))
          i = next
        } else {
          low = Math.min(low, nth(prices, i))
          high = Math.max(high, nth(prices, i))
          i += 1
        }
      }
      return { lowest: low, highest: high }
    },
  }
}
