import { createSimulator } from 'rx-ctrader/simulator'
import { asyncScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { createAgenda } from '../../../src/simulator/model/scheduler'
import { createClock } from '../../../src/simulator/model/clock'
import { rawClient } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'

const DAY = 86_400_000

describe('the clock of the simulator', () => {
  it('goes by the scheduler, so many times as fast, from its start on', () => {
    inVirtualTime(({ at }) => {
      const clock = createClock(1000, 10)
      at(250, () => {
        expect(clock.now()).toBe(3500)
        expect(clock.delayUntil(4000)).toBe(50)
        expect(clock.delayUntil(3000)).toBe(0)
      })
    })
  })

  it('never has a timer wait longer than a timer can, which would then ring at once, and again', () => {
    inVirtualTime(() => {
      expect(createClock(0, 0.001).delayUntil(DAY)).toBe(2_147_483_647)
    })
  })

  it('lets what is further away than that happen at its time all the same, once', () => {
    const scheduler = new TestScheduler(() => undefined)
    const happened: number[] = []
    scheduler.run(() => {
      scheduler.maxFrames = Infinity
      const clock = createClock(0, 0.001)
      let due: number | undefined = DAY
      const actor = {
        nextAt: () => due,
        advanceTo: () => {
          happened.push(asyncScheduler.now())
          due = undefined
        },
      }
      createAgenda(clock, [actor], () => undefined).plan()
    })
    expect(happened).toEqual([1000 * DAY])
  })
})

describe('the options of the clock', () => {
  it.each([
    ['start', { start: 0 }],
    ['start', { start: Date.UTC(2100, 0) }],
    ['start', { start: NaN }],
    ['speed', { speed: 0 }],
    ['speed', { speed: Infinity }],
  ])('are refused where there is no such market, naming %s', (option, options) => {
    expect(() => createSimulator(options)).toThrow(new RegExp(`^${option} must`))
  })
})

describe('a wall clock that is set', () => {
  it.each([-3_600_000, 3_600_000])('by %d ms does not move the market, nor end a line (B7)', by => {
    inVirtualTime(({ at, setWallClock }) => {
      const broker = createSimulator()
      const raw = rawClient(broker.connect)
      const from = broker.now()
      at(1_000, () => {
        setWallClock(by)
      })
      at(20_000, () => {
        expect(broker.now() - from).toBe(20_000)
        expect(raw.closed).toBeUndefined()
      })
      at(40_000, () => {
        expect(raw.closed).toBeDefined()
      })
    })
  })
})
