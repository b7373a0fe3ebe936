import * as fc from 'fast-check'
import { sessions } from './propertiesPlan'
import { play } from './propertiesPlay'

/** How many sessions: `ACCOUNT_RUNS=1000 npx jest accountProperties` for many more. */
const RUNS = Number(process.env['ACCOUNT_RUNS'] ?? 8)

describe('the streams of an account', () => {
  it('say what the server answers when asked, after any trading, here and elsewhere, through lost lines', () => {
    const looks = { account: 0, money: 0, answered: 0 }
    fc.assert(
      fc.property(sessions, session => {
        const result = play(session)
        looks.account += result.looks.account
        looks.money += result.looks.money
        looks.answered += result.looks.answered
        expect(result.faults.slice(0, 3)).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: process.env['ACCOUNT_RUNS'] !== undefined },
    )
    // Most of the time there was something to look at. A few sessions may all be short ones.
    expect(looks.money).toBeGreaterThan(RUNS > 50 ? RUNS * 12 : RUNS)
    // Some of it only the server could tell; of a few sessions there may be none.
    expect(looks.answered).toBeGreaterThanOrEqual(RUNS > 50 ? RUNS : 0)
  })
})
