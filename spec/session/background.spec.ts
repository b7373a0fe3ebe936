import { NEVER } from 'rxjs'
import { createClient, PayloadType } from 'rx-ctrader'
import { scriptedServer } from '../support/scriptedServer'

const { HEARTBEAT_EVENT } = PayloadType

describe('a page in the background, whose timers hardly run', () => {
  afterEach(() => {
    jest.restoreAllMocks()
    jest.useRealTimers()
  })

  it.each([
    [true, 1],
    [false, 0],
  ])('keeps its line alive by what comes in (hidden: %p)', (hidden, beats) => {
    jest.useFakeTimers({ now: 1_000_000 })
    const server = scriptedServer()
    const client = createClient({
      connect: server.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      linger: 0,
      platform: { wake$: NEVER, isOffline: () => false, isHidden: () => hidden },
    })
    const subscription = client.appAuth$.subscribe()
    const sent = (): number =>
      server.lines[0]?.heard.filter(({ payloadType }) => payloadType === HEARTBEAT_EVENT).length ?? NaN
    server.lines[0]?.say('{"payloadType":51}')
    expect(sent()).toBe(0)
    // Time passes, and no timer is run.
    const now = performance.now()
    jest.spyOn(performance, 'now').mockReturnValue(now + 30_000)
    server.lines[0]?.say('{"payloadType":51}')
    server.lines[0]?.say('{"payloadType":51}')
    expect(sent()).toBe(beats)
    subscription.unsubscribe()
  })
})
