import { lots, orderUpdates, placeOrder } from 'rx-ctrader'
import type { Market, SimulatorOptions, Unknowns } from 'rx-ctrader/simulator'
import { scene } from '../../support/accountScene'
import { statuses } from '../../support/statuses'

const PART = 400_000

/** A book that has less than an order asks for. */
const thin: SimulatorOptions['market'] = (made: Market): Market => ({
  ...made,
  bookAt: (symbolId, at) => made.bookAt(symbolId, at).map(level => ({ ...level, size: PART / 10 })),
})

describe('an order that is filled in part and ends', () => {
  it.each<[Unknowns['partialEnd']]>([['fillAndEnd'], ['endWithDeal'], ['endWithoutDeal']])(
    'is told of as partially filled before its end, however the server tells that: %s (A4)',
    partialEnd => {
      scene(
        ({ account, at, watch }) => {
          const all = watch(orderUpdates(account))
          at(2_000, () => {
            const order = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const
            const seen = watch(placeOrder(account, order))
            at(40_000, () => {
              expect(statuses(seen)).toEqual(['sent', 'accepted', 'partiallyFilled', 'cancelled'])
              expect(seen.values.at(-2)).toMatchObject({ volume: PART, deal: { filledVolume: PART } })
              expect(seen.completed).toBe(true)
              expect(statuses(all)).toEqual(['accepted', 'partiallyFilled', 'cancelled'])
            })
          })
        },
        { market: thin, unknowns: { partialEnd } },
      )
    },
  )
})
