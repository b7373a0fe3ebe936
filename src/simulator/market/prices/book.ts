import type { QuoteSide } from '../../../protocol/side'
import type { Level, Quote } from '../model/market'
import { partKey, uniform } from '../model/random'

export interface BookOptions {
  readonly key: number
  readonly step: number
  /** Between the levels behind the best, in the smallest steps. */
  readonly gap: number
  /** Sizes are multiples of it, in cents of a unit. */
  readonly lot: number
}

const LEVELS = 10
const LIFE = 64_000 // ms: a level that is gone by the end of it has another id when it comes back
const SIZE_LIFE = 8_000 // ms
const MOST_LOTS = 30
const IDS_A_LIFE = 2 ** 26
const FIRST_LIFE = Math.floor(Date.UTC(1990, 0) / LIFE)

/**
 * The levels around a quote. Behind the best ones there are levels at round prices. Most of them exist, and some
 * are missing for a while, so that one tick leaves most of the book unchanged.
 */
export const bookLevels = (
  { key, step, gap, lot }: BookOptions,
  { bid, ask }: Quote,
  at: number,
): Level[] => {
  const levels = (side: QuoteSide, best: number): Level[] => {
    const away = side === 'bid' ? -1 : 1
    const sideKey = partKey(key, away)

    const level = (price: number, isBest: boolean): Level | undefined => {
      const priceKey = partKey(sideKey, price)
      const begun = uniform(priceKey, 0) // they do not all change at once
      const life = Math.floor(at / LIFE + begun)
      const isThere = isBest || uniform(priceKey, life) < 0.8
      const random = uniform(partKey(priceKey, 1), Math.floor(at / SIZE_LIFE + begun))
      const lots = 1 + Math.floor(random * random * MOST_LOTS)
      return isThere
        ? {
            // Contains the price and the side in one life, so it is unique.
            id: (life - FIRST_LIFE) * IDS_A_LIFE + price * 2 + (side === 'bid' ? 0 : 1),
            side,
            price: price * step,
            size: lots * lot,
          }
        : undefined
    }

    const found: Level[] = []
    let price = best
    while (found.length < LEVELS && price > 0) {
      const next = level(price, price === best)
      if (next) found.push(next)
      price = side === 'bid' ? (Math.ceil(price / gap) - 1) * gap : (Math.floor(price / gap) + 1) * gap
    }
    return found
  }
  return [...levels('bid', bid / step), ...levels('ask', ask / step)]
}
