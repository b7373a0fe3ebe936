import * as fc from 'fast-check'
import type { Market } from '../../../../src/simulator/market/model/market'
import type { QuoteSide } from '../../../../src/protocol/side'
import {
  BTCUSD,
  DAY,
  EURUSD,
  HOUR,
  MINUTE,
  WEDNESDAY_NOON,
  marketOf,
  seeds,
  symbolIds,
  ticksOf,
  times,
} from '../support'

type Beyond = 'atOrBelow' | 'atOrAbove'

const sides = fc.constantFrom<QuoteSide>('bid', 'ask')
const beyonds = fc.constantFrom<Beyond>('atOrBelow', 'atOrAbove')

/** By looking at every tick. */
const bySearch = (
  market: Market,
  symbolId: number,
  side: QuoteSide,
  beyond: Beyond,
  price: number,
  after: number,
  until: number,
): number | undefined => {
  let standing = market.quoteAt(symbolId, after)[side]
  for (const tick of market.ticksBetween(symbolId, after + 1, until)) {
    standing = tick[side] ?? standing
    if (beyond === 'atOrBelow' ? standing <= price : standing >= price) return tick.at
  }
  return undefined
}

describe('the first time at a price', () => {
  it('is that of the first tick with which the side stands there', () => {
    fc.assert(
      fc.property(
        seeds,
        symbolIds,
        sides,
        beyonds,
        times,
        fc.integer({ min: 0, max: 3 * HOUR }),
        fc.integer({ min: -100, max: 400 }),
        (seed, symbolId, side, beyond, after, span, far) => {
          const market = marketOf(seed)
          const quote = market.quoteAt(symbolId, after)
          const distance = Math.round((quote[side] * far) / 100_000)
          const price = quote[side] + (beyond === 'atOrBelow' ? -distance : distance)
          const goal = [symbolId, side, beyond, price, after, after + span] as const
          expect(market.firstReach(...goal)).toBe(bySearch(market, ...goal))
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each<[QuoteSide, Beyond, number]>([
    ['bid', 'atOrBelow', -900],
    ['bid', 'atOrAbove', 700],
    ['ask', 'atOrBelow', -500],
    ['ask', 'atOrAbove', 500],
  ])('of the %s %s %d points away is found days ahead', (side, beyond, away) => {
    const market = marketOf(42)
    const price = market.quoteAt(EURUSD, WEDNESDAY_NOON)[side] + away
    const goal = [EURUSD, side, beyond, price, WEDNESDAY_NOON, WEDNESDAY_NOON + 5 * DAY] as const
    expect(market.firstReach(...goal)).toBe(bySearch(market, ...goal))
  })

  it('is found just at its tick, and not after', () => {
    const market = marketOf(1)
    const { bid } = market.quoteAt(EURUSD, WEDNESDAY_NOON)
    const at = market.firstReach(EURUSD, 'bid', 'atOrAbove', bid + 50, WEDNESDAY_NOON, Infinity) ?? NaN
    expect(market.quoteAt(EURUSD, at).bid).toBeGreaterThanOrEqual(bid + 50)
    expect(market.quoteAt(EURUSD, at - 1).bid).toBeLessThan(bid + 50)
    expect(market.firstReach(EURUSD, 'bid', 'atOrAbove', bid + 50, WEDNESDAY_NOON, at)).toBe(at)
    expect(market.firstReach(EURUSD, 'bid', 'atOrAbove', bid + 50, WEDNESDAY_NOON, at - 1)).toBeUndefined()
  })

  it('is the next tick where the price stands there already, unless that moves it away', () => {
    const market = marketOf(1)
    const search = (away: number, from: number) => {
      const { bid } = market.quoteAt(EURUSD, from)
      return market.firstReach(EURUSD, 'bid', 'atOrAbove', bid + away, from, Infinity)
    }
    const ticks = ticksOf(market, EURUSD, WEDNESDAY_NOON, WEDNESDAY_NOON + MINUTE)
    const askOnly = ticks.find(({ bid }) => bid === undefined)?.at ?? NaN
    expect(search(0, askOnly - 1)).toBe(askOnly)
    expect(search(1, askOnly - 1)).toBeGreaterThan(askOnly)
    let standing = market.quoteAt(EURUSD, WEDNESDAY_NOON).bid
    const falling =
      ticks.find(({ bid = standing }) => {
        const isLower = bid < standing
        standing = bid
        return isLower
      })?.at ?? NaN
    expect(search(0, falling - 1)).toBeGreaterThan(falling)
  })

  it('is found between the steps of the price', () => {
    const market = marketOf(1)
    const { bid } = market.quoteAt(BTCUSD, WEDNESDAY_NOON)
    const until = WEDNESDAY_NOON + DAY
    const goal = bid + 5_000_000
    expect(market.firstReach(BTCUSD, 'bid', 'atOrAbove', goal - 999, WEDNESDAY_NOON, until)).toBe(
      market.firstReach(BTCUSD, 'bid', 'atOrAbove', goal, WEDNESDAY_NOON, until),
    )
  })

  it('is never for a price that is never reached, and that is known soon', () => {
    expect(marketOf(1).firstReach(EURUSD, 'bid', 'atOrBelow', 1, WEDNESDAY_NOON, Infinity)).toBeUndefined()
    expect(
      marketOf(1).firstReach(EURUSD, 'ask', 'atOrAbove', 1_000_000, WEDNESDAY_NOON, Infinity),
    ).toBeUndefined()
  })
})
