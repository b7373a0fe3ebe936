import * as fc from 'fast-check'
import { inVirtualTime } from '../support/virtualTime'
import { wrongs } from './orders/judge'
import { plans } from './orders/plans'
import { play } from './orders/play'

/** How many plans: `LEDGER_RUNS=2000 npm run spec -- spec/ledger/orders` for many more. */
const RUNS = Number(process.env['LEDGER_RUNS'] ?? 100)
const SEED = process.env['LEDGER_SEED']

describe('an order at another broker', () => {
  it('is what the ledger has of it, or in doubt, however slow, lossy and forgetful line and server are (G1, G2, G3, G4)', () => {
    fc.assert(
      fc.property(plans, plan => {
        let judged = 0
        inVirtualTime(time => {
          play(plan, time, outcome => {
            judged += 1
            expect(wrongs(outcome)).toEqual([])
          })
        })
        expect(judged).toBe(1)
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
    )
  }, 3_600_000)
})
