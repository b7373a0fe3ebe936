/** How long a copy takes to reach its followers, in virtual time: the limits of the server decide, not this machine. */
import assert from 'node:assert'
import { asyncScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { copyToMany } from '../support/copyToMany'
import { conclude, median } from './measure'
import type { Row } from './measure'

const FOLLOWERS = 200
const LINES = 4
/** From the fill of the master to the last one of a follower, in ms. */
const BOUND = 1_100

const rows: Row[] = []

new TestScheduler(assert.deepEqual).run(() => {
  const { latencies, running, trade } = copyToMany(FOLLOWERS, LINES)
  const at = (ms: number, act: () => void): void => {
    asyncScheduler.schedule(act, ms)
  }
  for (const [index, act] of (['open', 'close'] as const).entries()) {
    const ms = 60_000 + index * 10_000
    at(ms, () => {
      trade(act)
    })
    at(ms + 9_000, () => {
      const took = latencies()
      assert.equal(took.length, FOLLOWERS)
      const worst = Math.max(...took)
      rows.push({
        name: `${act} at ${FOLLOWERS} followers on ${LINES} lines`,
        figures: { 'median, ms': median(took), 'worst, ms': worst },
        bounded: { value: worst, atMost: BOUND },
      })
    })
  }
  at(90_000, () => {
    running.unsubscribe()
  })
})

conclude("from the master's fill to a follower's fill", 'worst', rows)
