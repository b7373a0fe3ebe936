import { createAgenda } from '../../../src/simulator/model/scheduler'
import type { Agenda } from '../../../src/simulator/model/scheduler'
import { createClock } from '../../../src/simulator/model/clock'
import type { Clock } from '../../../src/simulator/model/clock'

const START = Date.UTC(2026, 0, 7, 12)
const EVERY = 10

interface Machine {
  readonly clock: Clock
  readonly agenda: Agenda
  /** The times for which something has happened. */
  readonly happened: number[]
}

/** How long the machine was busy, or stood still, in ms: the fake timers know nothing of that. */
let passed = 0
const pass = (ms: number): void => {
  passed += ms
}

/** Something happens every 10 ms of the market, and takes the machine so long. */
const machine = (cost: number, speed: number): Machine => {
  const happened: number[] = []
  const clock = createClock(START, speed)
  let next = START + EVERY
  const actor = {
    nextAt: () => next,
    advanceTo: () => {
      happened.push(next)
      next += EVERY
      pass(cost)
    },
  }
  return { clock, agenda: createAgenda(clock, [actor], () => undefined), happened }
}

const isComplete = (happened: readonly number[]): boolean =>
  happened.every((at, index) => at === START + (index + 1) * EVERY)

describe('an agenda on which more is due than the machine can do', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: START })
    passed = 0
    const now = performance.now.bind(performance)
    jest.spyOn(performance, 'now').mockImplementation(() => now() + passed)
  })
  afterEach(() => {
    jest.restoreAllMocks()
    jest.useRealTimers()
  })

  it('listens again after a short turn, however much is due', () => {
    const { agenda, happened } = machine(1, 1000)
    agenda.plan()
    // A minute of the server's: all that is due in it would take a hundred.
    const turns: number[] = []
    for (let turn = 0; turn < 50; turn++) {
      const before = happened.length
      jest.advanceTimersToNextTimer()
      turns.push(happened.length - before)
    }
    expect(Math.max(...turns)).toBeLessThan(50)
    expect(Math.max(...turns)).toBeGreaterThan(5)
    agenda.rest()
  })

  it('has the time of the market go as far as it has come, and leaves nothing out', () => {
    const { agenda, clock, happened } = machine(1, 1000)
    agenda.plan()
    for (let turn = 0; turn < 50; turn++) jest.advanceTimersToNextTimer()
    expect(clock.now()).toBe(happened.at(-1))
    expect(clock.due()).toBeGreaterThan(clock.now() + 60_000)
    expect(isComplete(happened)).toBe(true)
    agenda.rest()
  })

  it('keeps no request waiting that comes meanwhile', () => {
    const { agenda, clock, happened } = machine(1, 1000)
    agenda.plan()
    for (let turn = 0; turn < 5; turn++) jest.advanceTimersToNextTimer()
    const [before, reached] = [happened.length, clock.now()]
    agenda.catchUp()
    expect(happened).toHaveLength(before)
    expect(clock.now()).toBe(reached)
    agenda.rest()
  })

  it('is back in time when it has done what was left from a pause of the machine', () => {
    const { agenda, clock, happened } = machine(1, 1)
    agenda.plan()
    jest.advanceTimersByTime(1000)
    pass(20_000)
    jest.advanceTimersByTime(10)
    expect(clock.now()).toBeLessThan(clock.due())
    jest.advanceTimersByTime(20_000)
    expect(clock.now()).toBe(clock.due())
    expect(isComplete(happened)).toBe(true)
    expect(clock.now() - (happened.at(-1) ?? 0)).toBeLessThan(2 * EVERY)
    agenda.rest()
  })

  it('does all of it at once for the first connection after a time without one', () => {
    const { agenda, clock, happened } = machine(1, 1)
    pass(10_000)
    agenda.catchUp()
    expect(happened.length).toBeGreaterThanOrEqual(1000)
    expect(clock.now()).toBe(clock.due())
  })
})
