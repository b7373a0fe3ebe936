import { restoreEventTarget } from './eventTarget'
import 'zone.js'
import { NgZone } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { Subject, Subscription, filter, firstValueFrom, merge, tap } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  depth,
  equity,
  lots,
  orders,
  placeOrder,
  spots,
  symbols,
} from 'rx-ctrader'
import type { AuthState, Quote } from 'rx-ctrader'
import { injectAccount, injectClient, injectSimulator } from 'rx-ctrader/angular'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { application, credentials, mine } from './application'
import type { Application } from './application'

jest.setTimeout(20_000)

afterAll(restoreEventTarget)

/** An application in a real zone, whose turns are written down: after each of them Angular checks its views. */
interface ZonedApplication extends Application {
  readonly turns: string[]
  /** Whether it had timers to wait for, each time that changed. */
  readonly pending: boolean[]
  /** Does something where components do: in an injection context inside the zone. */
  readonly inZone: <T>(act: () => T) => T
}

const zoned = (speed: number): ZonedApplication => {
  const zone = new NgZone({})
  // The market's Wednesday noon; the client's own clock is that of the machine, on any day.
  const start = Date.UTC(2026, 0, 7, 12)
  const app = application([
    { provide: NgZone, useValue: zone },
    provideCTrader(
      { ...credentials, linger: 20, backoff: { initial: 10, max: 10 } },
      withAccount(mine),
      withSimulator({ start, speed, latency: 1 }),
    ),
  ])
  const pending: boolean[] = []
  Object.defineProperty(zone, 'hasPendingMacrotasks', { set: (is: boolean) => pending.push(is) })
  const turns: string[] = []
  zone.onUnstable.subscribe(() => turns.push('begins'))
  zone.onMicrotaskEmpty.subscribe(() => turns.push('check'))
  return { ...app, pending, turns, inZone: act => zone.run(() => app.run(act)) }
}

const authenticated = ({ status }: AuthState): boolean => status === 'authenticated'
const oneTurn = ['begins', 'check']

describe('beside an Angular zone', () => {
  it('a thousand quotes cause no turn of it, and a signal has the latest of them', async () => {
    const { account, inZone, pending, turns, destroy } = zoned(3_600)
    const quotes: Quote[] = []
    const isInZone: boolean[] = []
    const thousand$ = new Subject<void>()
    const quote = inZone(() =>
      toSignal(
        spots(account(), 1).pipe(
          tap(each => {
            quotes.push(each)
            isInZone.push(NgZone.isInAngularZone())
            if (quotes.length === 1_000) thousand$.next()
          }),
        ),
      ),
    )
    await firstValueFrom(thousand$)
    expect([turns, pending]).toEqual([oneTurn, []])
    expect(quote()).toBe(quotes.at(-1))
    expect(new Set(isInZone)).toEqual(new Set([false]))
    destroy()
  })

  it('what a component subscribes, orders, breaks and leaves in it runs on outside, through a lost line', async () => {
    const { account, broker, client, inZone, pending, turns, destroy } = zoned(1)
    const state$ = account().authenticated$
    const lasting = state$.subscribe()
    const until = (isSo: (state: AuthState) => boolean) => firstValueFrom(state$.pipe(filter(isSo)))
    const filled$ = new Subject<void>()
    /** Acts in the zone, and waits: in this turn all is done that belongs to the zone. */
    const turn = async (act: () => void, done: () => Promise<unknown>): Promise<void> => {
      turns.length = 0
      inZone(act)
      await done()
      expect([turns, pending]).toEqual([oneTurn, []])
    }
    const components = new Subscription()

    await until(authenticated)
    const link = await firstValueFrom(client().appAuth$)
    const answered$ = new Subject<unknown>()
    await turn(
      () => link.request(PayloadType.PROTO_OA_VERSION_REQ, {}).subscribe(answered$),
      () => firstValueFrom(answered$),
    )
    await turn(
      () => {
        const of = injectAccount()
        const order = { type: 'market', symbol: 'BTCUSD', side: 'buy', volume: lots(0.01) } as const
        components.add(
          merge(
            spots(of, ['EURUSD', 'BTCUSD']),
            candles(of, 'BTCUSD', ProtoOATrendbarPeriod.M1),
            depth(of, 'BTCUSD'),
            symbols(of),
            orders(of),
            equity(of),
            injectClient().health$,
            injectClient().on(PayloadType.PROTO_OA_SPOT_EVENT),
            of.request(PayloadType.PROTO_OA_TRADER_REQ, {}),
            placeOrder(of, order).pipe(tap(({ status }) => status === 'filled' && filled$.next())),
          ).subscribe(),
        )
      },
      () => firstValueFrom(filled$),
    )
    expect(broker().lines()).toMatchObject([{ subscriptions: [{ spots: [1, 114], depth: [114] }] }])
    await turn(
      () => {
        injectSimulator().drop()
      },
      () => until(({ status }) => status === 'reconnecting').then(() => until(authenticated)),
    )
    await turn(
      () => {
        components.unsubscribe()
        lasting.unsubscribe()
      },
      () => firstValueFrom(client().connection$.pipe(filter(({ status }) => status === 'idle'))),
    )
    destroy()
  })
})
