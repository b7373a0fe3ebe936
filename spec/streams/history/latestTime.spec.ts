import { asyncScheduler } from 'rxjs'
import { latestPlausible, latestTime } from '../../../src/streams/history/latestTime'
import { inVirtualTime } from '../../support/virtualTime'

const DAY = 86_400_000
const YEAR_9999 = 253402300799000

describe('latestTime', () => {
  it('is the latest of what came, and never earlier than that', () => {
    inVirtualTime(() => {
      const latest = latestTime()
      expect(latest.time()).toBeUndefined()
      latest.note(5)
      latest.note(3)
      latest.note(NaN)
      expect(latest.time()).toBe(5)
    })
  })

  it('takes no impossible time, with any clock of ours (G8)', () => {
    inVirtualTime(({ at }) => {
      // The clock is years behind the server’s.
      const latest = latestTime()
      const start = 100 * DAY
      latest.begin(start)
      for (const wrong of [YEAR_9999, 1e300, Infinity, start + DAY + 1]) latest.note(wrong)
      expect(latest.time()).toBe(start)
      at(5_000, () => {
        latest.note(start + DAY + 5_000)
        expect(asyncScheduler.now()).toBe(5_000)
        expect(latest.time()).toBe(start + DAY + 5_000)
      })
    })
  })
})

describe('latestPlausible', () => {
  it('is the latest that can be (G8)', () => {
    inVirtualTime(() => {
      expect(latestPlausible([])).toBeUndefined()
      expect(latestPlausible([1, 3, 2, YEAR_9999, 1e300])).toBe(3)
      // Where the clock is years behind, most are right.
      const now = Date.UTC(2026, 0, 7)
      expect(latestPlausible([now, now - DAY, YEAR_9999])).toBe(now)
    })
  })
})
