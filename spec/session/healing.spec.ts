import * as fc from 'fast-check'
import { inVirtualTime } from '../support/virtualTime'
import { heals } from './healing/heals'
import { schedules } from './healing/schedule'

/** How many schedules: `HEALING_RUNS=5000 npx jest healing` for many more. */
const RUNS = Number(process.env['HEALING_RUNS'] ?? 100)
/** Begins with the schedule of this seed, as a failure names it. */
const SEED = process.env['HEALING_SEED']

describe('a session', () => {
  it('shows what the server has some time after any fault, and has kept to the rules meanwhile', () => {
    fc.assert(
      fc.property(schedules, schedule => {
        inVirtualTime(time => {
          heals(schedule, time)
        })
      }),
      {
        numRuns: RUNS,
        endOnFailure: process.env['HEALING_SHRINK'] === undefined,
        ...(SEED !== undefined && { seed: Number(SEED) }),
      },
    )
  }, 3_600_000)
})
