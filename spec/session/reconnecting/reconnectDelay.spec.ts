import { NEVER, Subject, asyncScheduler, take } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { CTraderError } from '../../../src/errors'
import { reconnectDelay } from '../../../src/session/reconnecting/reconnectDelay'
import type { Pause } from '../../../src/session/reconnecting/reconnectDelay'
import { browserPlatform } from '../../../src/session/reconnecting/platform'
import type { Platform } from '../../../src/session/reconnecting/platform'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

const away: Platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }
const lost = new CTraderError({ reason: 'ConnectionLost', sent: false })
const refused = (rest: object): CTraderError =>
  new CTraderError({
    reason: 'Refused',
    payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
    errorCode: 'UNKNOWN_ERROR',
    ...rest,
  })

const after = (cause: CTraderError, failures = 1, platform = away): Pause =>
  reconnectDelay({ backoff: { initial: 1_000, max: 30_000 }, random: () => 0.5, platform }, cause, failures)

describe('the pause after a failure', () => {
  it('grows with each up to its bound', () => {
    expect([1, 2, 3, 6, 60].map(failures => after(lost, failures).delay)).toEqual([
      500, 1_000, 2_000, 15_000, 15_000,
    ])
  })

  it('is what the server asks for, and some more', () => {
    inVirtualTime(() => {
      expect(after(refused({ retryAfter: 7 })).delay).toBe(7_500)
      expect(after(refused({ maintenanceEndTimestamp: asyncScheduler.now() + 40_000 })).delay).toBe(40_500)
      expect(after(refused({ maintenanceEndTimestamp: asyncScheduler.now() - 1 })).delay).toBe(500)
    })
  })

  it('is bounded, however far the server says the end of a maintenance is (B7, G13)', () => {
    inVirtualTime(() => {
      const delays = (end: number): number[] =>
        [1, 2, 3, 4, 5, 50].map(failures => after(refused({ maintenanceEndTimestamp: end }), failures).delay)
      const bounded = [60_500, 121_000, 242_000, 484_000, 908_000, 915_000]
      for (const end of [1e300, Number.MAX_SAFE_INTEGER, asyncScheduler.now() + 3 * 3_600_000])
        expect(delays(end)).toEqual(bounded)
    })
  })

  it('is bounded, however long the server wants to be left alone (G13)', () => {
    for (const retryAfter of [901, 1e15, 1e300]) expect(after(refused({ retryAfter })).delay).toBe(900_500)
  })

  it('for a maintenance is over as soon as the platform wakes (B7)', () => {
    inVirtualTime(({ watch, at }) => {
      const wake$ = new Subject<void>()
      const end = refused({ maintenanceEndTimestamp: 3 * 3_600_000 })
      const woken = watch(after(end, 1, { ...away, wake$ }).over$.pipe(take(1)))
      at(200, () => {
        wake$.next()
      })
      at(20_000, () => {
        expect(woken.timed.map(([ms]) => ms)).toEqual([200])
      })
    })
  })

  it.each(['CONNECTIONS_LIMIT_EXCEEDED', 'REQUEST_FREQUENCY_EXCEEDED', 'BLOCKED_PAYLOAD_TYPE'])(
    'is long from the first where there is no room: %s',
    errorCode => {
      expect(after(refused({ errorCode })).delay).toBe(8_000)
    },
  )

  it('is over after its time, or as soon as the platform wakes', () => {
    inVirtualTime(({ watch, at }) => {
      const wake$ = new Subject<void>()
      const slept = watch(after(lost, 6).over$.pipe(take(1)))
      const woken = watch(after(lost, 6, { ...away, wake$ }).over$.pipe(take(1)))
      at(200, () => {
        wake$.next()
      })
      at(20_000, () => {
        expect(slept.timed.map(([ms]) => ms)).toEqual([15_000])
        expect(woken.timed.map(([ms]) => ms)).toEqual([200])
      })
    })
  })

  it('is not cut short where the server asked for it', () => {
    inVirtualTime(({ watch, at }) => {
      const wake$ = new Subject<void>()
      const platform = { ...away, wake$ }
      const asked = watch(after(refused({ retryAfter: 3 }), 1, platform).over$.pipe(take(1)))
      const crowded = watch(
        after(refused({ errorCode: 'CONNECTIONS_LIMIT_EXCEEDED' }), 1, platform).over$.pipe(take(1)),
      )
      at(200, () => {
        wake$.next()
      })
      at(20_000, () => {
        expect([...asked.timed, ...crowded.timed].map(([ms]) => ms)).toEqual([3_500, 8_000])
      })
    })
  })

  it('goes on while there is no network, but not for ever, as a platform may be wrong', () => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(after(lost, 1, { ...away, isOffline: () => true }).over$.pipe(take(1)))
      at(60_000, () => {
        expect(seen.timed.map(([ms]) => ms)).toEqual([30_500])
      })
    })
  })
})

describe('the platform of a browser', () => {
  it('of a browser wakes when the network is back and when the page is seen again', () => {
    const document = Object.assign(new EventTarget(), { hidden: true })
    const page = Object.assign(new EventTarget(), { document, navigator: { onLine: false } })
    const platform = browserPlatform(page)
    const woken = jest.fn()
    const subscription = platform.wake$.subscribe(woken)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(woken).not.toHaveBeenCalled()
    expect([platform.isHidden(), platform.isOffline()]).toEqual([true, true])
    document.hidden = false
    document.dispatchEvent(new Event('visibilitychange'))
    page.dispatchEvent(new Event('online'))
    page.dispatchEvent(new Event('pageshow'))
    expect(woken).toHaveBeenCalledTimes(3)
    subscription.unsubscribe()
    page.dispatchEvent(new Event('online'))
    expect(woken).toHaveBeenCalledTimes(3)
  })

  it('elsewhere never wakes, and never hinders', () => {
    const platform = browserPlatform({})
    const completed = jest.fn()
    platform.wake$.subscribe({ complete: completed }).unsubscribe()
    expect(completed).not.toHaveBeenCalled()
    expect([platform.isHidden(), platform.isOffline()]).toEqual([false, false])
  })
})
