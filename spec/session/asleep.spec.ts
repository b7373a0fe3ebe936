import { createClient } from 'rx-ctrader'
import type { ConnectionState } from 'rx-ctrader'
import { scriptedServer } from '../support/scriptedServer'

describe('a machine that slept', () => {
  afterEach(() => {
    jest.useRealTimers()
  })

  it.each([
    ['for ten minutes has lost its line, and knows within ten seconds of waking', 600_000, 'reconnecting'],
    ['for a moment has kept it', 5_000, 'connected'],
  ])('%s', (_, asleep, status) => {
    jest.useFakeTimers({ now: 1_000_000 })
    const server = scriptedServer()
    const client = createClient({
      connect: server.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      linger: 0,
      random: () => 0.9,
    })
    const states: ConnectionState[] = []
    const watching = client.connection$.subscribe(state => states.push(state))
    const using = client.appAuth$.subscribe()
    jest.advanceTimersByTime(2_000)
    expect(states.at(-1)?.status).toBe('connected')
    // The wall clock goes on, and neither a timer nor the monotonic clock runs, as when a lid is closed.
    jest.setSystemTime(1_002_000 + asleep)
    jest.advanceTimersByTime(10_000)
    expect(states.some(state => state.status === 'reconnecting')).toBe(status === 'reconnecting')
    using.unsubscribe()
    watching.unsubscribe()
  })
})
