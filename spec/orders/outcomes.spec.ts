import * as fc from 'fast-check'
import { inVirtualTime } from '../support/virtualTime'
import { wrongs } from './outcomes/judge'
import { plans } from './outcomes/plan'
import { play } from './outcomes/play'

/** How many sessions: `ORDERS_RUNS=5000 npx jest outcomes` for many more. */
const RUNS = Number(process.env['ORDERS_RUNS'] ?? 40)
const SEED = process.env['ORDERS_SEED']

describe('an order', () => {
  it('is done once at most, and its outcome is what the ledger shows, also if line or process die', () => {
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
