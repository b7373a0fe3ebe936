/** Watches how a session does while its market is quiet and while its line is dead; in virtual time. */
import { distinctUntilChanged, map, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { PayloadType, createClient, spotEvents } from 'rx-ctrader'
import type { Health } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// A Saturday.
const start = Date.UTC(2026, 0, 10, 12)
const scheduler = new TestScheduler(() => undefined)

const scene = (): void => {
  const broker = createSimulator({ seed: 42 })

  // #region log
  const client = createClient({
    connect: broker.connect,
    clientId: 'demo',
    clientSecret: 'demo',
    log: (level, event, fields) => {
      if (level === 'warn' || level === 'error') console[level](event, fields)
    },
  })
  // #endregion
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  spotEvents(account, 1).subscribe()

  // #region health
  const verdictOf = ({ status, receivedAt = 0, listeners = [] }: Health, now: number): string => {
    if (status !== 'connected') return status
    // On a line that lives something comes at least every 30 s: prices, or else the server's heartbeat.
    if (now - receivedAt > 35_000) return 'the line is silent'
    const prices = listeners.filter(({ payloadType }) => payloadType === PayloadType.PROTO_OA_SPOT_EVENT)
    const isQuiet = prices.some(({ lastAt = now }) => now - lastAt > 60_000)
    return isQuiet ? 'the line is fine, the market is quiet' : 'all is well'
  }
  client.health$
    .pipe(
      map(health => verdictOf(health, scheduler.now())),
      distinctUntilChanged(),
    )
    .subscribe(verdict => console.log(verdict))
  // #endregion

  timer(150_000).subscribe(() => {
    broker.silence()
  })
}

scheduler.run(() => {
  scheduler.maxFrames = start + 220_000
  timer(start).subscribe(scene)
})
