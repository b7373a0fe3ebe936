import { toSignal } from '@angular/core/rxjs-interop'
import { Subject, merge, takeUntil, tap } from 'rxjs'
import { PayloadType, lots, placeOrder, spots } from 'rx-ctrader'
import type { Log } from 'rx-ctrader'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { createSimulator } from 'rx-ctrader/simulator'
import { instrument } from 'rx-ctrader/opentelemetry'
import { record } from 'rx-ctrader/recording'
import { createTelemetry } from '../support/openTelemetry'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import { application, credentials, mine } from './application'

const { PROTO_OA_NEW_ORDER_REQ } = PayloadType

/** An application on a simulator, with the default pauses before a line is opened again or closed. */
const trading = (log: Log = () => undefined) =>
  application([
    provideCTrader(
      { ...credentials, log, random: () => 0.5 },
      withAccount(mine),
      withSimulator({ latency: 10 }),
    ),
  ])

describe('a client that is provided', () => {
  it('has a state to begin with for toSignal, and the latest from then on', () => {
    inVirtualTime(({ at }) => {
      const app = trading()
      const [state, connection] = app.run(() => [
        toSignal(app.account().authenticated$, { requireSync: true }),
        toSignal(app.client().connection$, { requireSync: true }),
      ])
      expect(state().status).toBe('connecting')
      at(1_000, () => {
        expect([state().status, connection().status]).toEqual(['authenticated', 'connected'])
        const late = app.run(() => toSignal(app.account().authenticated$, { requireSync: true }))
        expect(late().status).toBe('authenticated')
        app.destroy()
      })
    })
  })

  it('opens no line before something is subscribed, also not to tell its state', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      app.account()
      const { values } = watch(app.client().connection$)
      at(60_000, () => {
        expect(statuses({ values })).toEqual(['idle'])
        expect(app.broker().lines()).toHaveLength(0)
      })
    })
  })

  it('comes back where the line just ends, as the live server ends it', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ applications: [{ clientId: 'me', clientSecret: 'secret' }] })
      const end$ = new Subject<void>()
      const connect = () => broker.connect().pipe(takeUntil(end$))
      const app = application([provideCTrader({ ...credentials, connect })])
      const { values } = watch(app.client().connection$)
      watch(app.client().appAuth$, 20_000)
      at(5_000, () => end$.next())
      at(10_000, () => {
        const healed = ['idle', 'connecting', 'connected', 'reconnecting', 'connecting', 'connected']
        expect(statuses({ values })).toEqual(healed)
        app.destroy()
      })
    })
  })

  it('gives streams that know each other, for any subscriber', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      const { values: links } = watch(app.account().accountAuth$, 5_000)
      watch(spots(app.account(), 1), 5_000)
      watch(spots(app.client().account(mine), 1), 5_000)
      at(2_000, () => {
        const { values: again } = watch(app.account().accountAuth$, 1_000)
        expect(again).toHaveLength(1)
        expect(again[0] === links[0]).toBe(true)
        expect(app.broker().lines()).toMatchObject([{ subscriptions: [{ spots: [1] }] }])
      })
    })
  })
})

describe('the metrics of a client that is provided', () => {
  it('count what it does', async () => {
    const telemetry = createTelemetry()
    inVirtualTime(({ watch }) => {
      const app = trading()
      instrument(app.client(), telemetry.all)
      watch(app.client().appAuth$, 1_000)
    })
    const metrics = await telemetry.collect()
    expect(metrics['requests']).toEqual({ 'payload_type=PROTO_OA_APPLICATION_AUTH_REQ': 1 })
  })
})

describe('the recording of a client that is provided', () => {
  it('has its frames', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      const { values } = watch(record(app.client()), 5_000)
      watch(app.account().authenticated$, 4_000)
      at(3_000, () => {
        expect(values.filter(line => line.includes('"direction":"out"'))).toHaveLength(2)
      })
    })
  })
})

describe('the end of the injector', () => {
  it('completes what was subscribed without telling of a lost line, and closes the line at once', () => {
    const logged: string[] = []
    inVirtualTime(({ at, watch }) => {
      const app = trading((_, event) => logged.push(event))
      const state = watch(app.account().authenticated$)
      const quotes = watch(spots(app.account(), 1))
      const connection = watch(app.client().connection$)
      const broker = app.broker()
      const lines = () => broker.lines().length
      at(5_000, () => {
        // Who comes after the line is there too.
        const link = watch(app.account().accountAuth$)
        const health = watch(app.client().health$)
        expect([lines(), quotes.values.length > 0]).toEqual([1, true])
        app.destroy()
        for (const { completed, error } of [state, connection, link, health])
          expect([completed, error]).toEqual([true, undefined])
        expect(quotes.error).toBeUndefined()
      })
      at(5_100, () => {
        expect(lines()).toBe(0)
      })
      at(60_000, () => {
        expect(statuses(state).at(-1)).toBe('authenticated')
        expect(statuses(connection).at(-1)).toBe('connected')
      })
    })
    expect(logged.at(-1)).toBe('account.authenticated')
  })

  it('leaves no timer, so that the next test or page begins with none', async () => {
    jest.useFakeTimers()
    const app = trading()
    const ofClient = [app.client().health$, app.account().authenticated$, spots(app.account(), 'EURUSD')]
    merge(...ofClient).subscribe()
    await jest.advanceTimersByTimeAsync(3_000)
    expect(jest.getTimerCount()).toBeGreaterThan(3)
    app.destroy()
    // The simulator learns of it after its latency.
    await jest.advanceTimersByTimeAsync(10)
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('is the end: a later subscriber is told so at once, and nothing connects', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      const [client, account, broker] = [app.client(), app.account(), app.broker()]
      watch(account.authenticated$, 5_000)
      at(10_000, () => {
        app.destroy()
        const late = [
          watch(account.authenticated$),
          watch(client.connection$),
          watch(client.message$),
          watch(client.account({ ...mine, accountId: 8 }).accountAuth$),
        ]
        expect(late.map(({ completed, values }) => [completed, values.length])).toEqual(
          late.map(() => [true, 0]),
        )
      })
      at(60_000, () => {
        expect(broker.lines()).toHaveLength(0)
      })
    })
  })

  it.each([
    ['that was never used', 0],
    ['that was idle by then', 1],
  ])('opens no line any more of a client %s', (_, uses) => {
    inVirtualTime(({ at, watch }) => {
      let asked = 0
      const { connect } = createSimulator({
        applications: [{ clientId: 'me', clientSecret: 'secret' }],
      })
      const counted = () => {
        asked += 1
        return connect()
      }
      const app = application([provideCTrader({ ...credentials, connect: counted }, withAccount(mine))])
      const [client, account] = [app.client(), app.account()]
      if (uses > 0) watch(client.appAuth$, 5_000)
      at(30_000, () => {
        expect(asked).toBe(uses)
        app.destroy()
        for (const late$ of [
          account.authenticated$,
          account.accountAuth$,
          client.appAuth$,
          client.connection$,
          client.message$,
          spots(account, 1),
          account.request(PayloadType.PROTO_OA_TRADER_REQ, {}),
        ])
          expect(watch<unknown>(late$)).toMatchObject({ values: [], completed: true })
      })
      at(90_000, () => {
        expect(asked).toBe(uses)
      })
    })
  })

  it('is one also in the pause before another try, and leaves nothing behind', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      const state = watch(app.account().authenticated$)
      const broker = app.broker()
      at(5_000, () => {
        broker.drop()
      })
      at(5_020, () => {
        expect(statuses(state).at(-1)).toBe('reconnecting')
        app.destroy()
        expect(state.completed).toBe(true)
      })
      at(60_000, () => {
        expect(broker.lines()).toHaveLength(0)
      })
    })
  })

  it('leaves no order without a word: one that waits for a line, or comes later, was not sent', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      const account = app.account()
      const broker = app.broker()
      const order = { type: 'market', symbol: 1, side: 'buy', volume: lots(0.01) } as const
      watch(account.authenticated$)
      at(5_000, () => {
        broker.drop()
      })
      at(5_020, () => {
        const waiting = watch(placeOrder(account, order))
        app.destroy()
        const late = watch(placeOrder(account, order))
        for (const { error, values } of [waiting, late])
          expect([values, error]).toMatchObject([[], { reason: 'NotSent' }])
      })
    })
  })

  it('leaves no order without a word: one that was sent is in doubt', () => {
    inVirtualTime(({ at, watch }) => {
      const app = trading()
      watch(app.account().authenticated$)
      at(5_000, () => {
        const order = { type: 'market', symbol: 1, side: 'buy', volume: lots(0.01) } as const
        const order$ = placeOrder(app.account(), order)
        const updates = watch(
          order$.pipe(
            tap(({ status }) => {
              if (status === 'sent') at(5, app.destroy)
            }),
          ),
        )
        at(1_000, () => {
          expect(updates.values.map(({ status }) => status)).toEqual(['sent', 'outcomeUnknown'])
        })
      })
    })
  })

  it('tells its log of an order in doubt, as every client does', () => {
    inVirtualTime(({ at, watch }) => {
      const events: string[] = []
      const app = trading((_, event) => events.push(event))
      watch(app.account().authenticated$)
      at(5_000, () => {
        app.broker().fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
        const order = { type: 'market', symbol: 1, side: 'buy', volume: lots(0.01) } as const
        watch(placeOrder(app.account(), order))
        at(60_000, () => {
          expect(events).toContain('order.outcomeUnknown')
        })
      })
    })
  })
})
