import { createMacrotasks } from '../../src/backtest/macrotasks'

describe.each([
  ['in Node', globalThis],
  ['in a browser', {}],
])('a later turn, %s', (_, platform) => {
  it('comes after everything that waits for a promise', async () => {
    const order: string[] = []
    const tasks = createMacrotasks(platform)
    const done = new Promise<void>(resolve => {
      tasks.next(() => {
        order.push('later turn')
        resolve()
      })
    })
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => order.push('promise'))
    await done
    tasks.close()
    expect(order).toEqual(['promise', 'later turn'])
  })

  it('does not come once it is closed', async () => {
    const closed = createMacrotasks(platform)
    const open = createMacrotasks(platform)
    let calls = 0
    closed.next(() => (calls += 1))
    closed.close()
    await new Promise<void>(resolve => {
      open.next(resolve)
    })
    open.close()
    expect(calls).toBe(0)
  })
})
