import { createDemoSessions } from '../../../src/cli/gateway/demo/demoSessions'

const HOUR = 3_600_000

describe('the sessions of a demo', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('last for eight hours, and are dropped then', () => {
    const { begin, count, find } = createDemoSessions()
    const id = begin('ann', 'ann')
    jest.advanceTimersByTime(8 * HOUR - 1)
    expect(find(id)).toMatchObject({ userId: 'ann' })
    begin('ben', 'ben')
    expect(count()).toBe(2)
    jest.advanceTimersByTime(1)
    expect(find(id)).toBeUndefined()
    begin('ben', 'ben')
    expect(count()).toBe(2)
  })
})
