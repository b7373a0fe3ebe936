import * as fc from 'fast-check'
import type { Ways } from '../ways'
import { mostly } from './somehow'

export const someWays: fc.Arbitrary<Ways> = fc.record({
  executesAfter: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(16_000, 20_000, 30_000)),
  fillAfter: fc.constantFrom(0, 250, 900),
  pieces: fc.constantFrom(1, 1, 2, 3),
  endsEarly: fc.boolean(),
  tellsPieces: mostly(true, false),
  callsPiecesFilled: mostly(false, true),
  bonus: fc.constantFrom(0, 0, 5_000, 5_000_000),
  lists: fc.constantFrom('all', 'all', 'all', 'ended', 'ended', 'pending'),
  lag: mostly(0, 2_000, 8_000, 15_000, 20_000),
  names: mostly<Ways['names']>('everywhere', 'inEvents', 'inLists', 'nowhere'),
  eventsName: mostly(true, false),
  carrier: mostly<Ways['carrier']>(2132, 2142, 50),
  rows: mostly(1_000, 5),
  cuts: fc.constantFrom('oldest', 'newest'),
  order: fc.constantFrom('newestFirst', 'oldestFirst'),
  needsBounds: mostly<Ways['needsBounds']>('none', 'orders', 'ordersAndDeals'),
  skew: fc.constantFrom(0, -50_000_000, 50_000_000),
})
