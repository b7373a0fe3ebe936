import { asyncScheduler } from 'rxjs'
import { monotonicNow, stopwatch } from '../src/clock'
import { inVirtualTime } from './support/virtualTime'

const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

describe('the monotonic clock', () => {
  it('is virtual time in a test scheduler', () => {
    inVirtualTime(({ at }) => {
      const began = monotonicNow()
      at(5_000, () => {
        expect(monotonicNow() - began).toBe(5_000)
      })
    })
  })

  it.each([-3_600_000, 3_600_000])('is not moved by a wall clock that is set by %s ms (B7)', by => {
    inVirtualTime(({ at, setWallClock }) => {
      const began = monotonicNow()
      const wall = asyncScheduler.now()
      setWallClock(by)
      at(5_000, () => {
        expect(monotonicNow() - began).toBe(5_000)
        expect(asyncScheduler.now() - wall).toBe(5_000 + by)
      })
    })
  })

  it('counts while the event loop is blocked', () => {
    const began = monotonicNow()
    block(60)
    expect(monotonicNow() - began).toBeGreaterThanOrEqual(50)
  })
})

describe('a stopwatch', () => {
  it.each([
    ['forward, as after the sleep of a machine', 3_600_000, 3_605_000],
    ['back', -3_600_000, 5_000],
  ])('tells the longer of the two times when the wall clock goes %s (B7)', (_, by, elapsed) => {
    inVirtualTime(({ at, setWallClock }) => {
      const watch = stopwatch()
      setWallClock(by)
      at(5_000, () => {
        expect(watch()).toBe(elapsed)
      })
    })
  })
})
