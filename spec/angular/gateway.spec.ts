/** @jest-environment <rootDir>/spec/angular/pageEnvironment.mjs */
import './page'
import { InjectionToken, inject, signal } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import { NEVER, asyncScheduler, defer, of } from 'rxjs'
import { positions, spots } from 'rx-ctrader'
import type { Client } from 'rx-ctrader'
import {
  accountSignal,
  authenticatedGuard,
  injectAccount,
  injectAccounts,
  injectClient,
  injectCurrentAccount,
  provideCTrader,
  withAccounts,
  withGateway,
  withSimulator,
  withUser,
} from 'rx-ctrader/angular'
import type { CTraderFeature, WithGatewayOptions } from 'rx-ctrader/angular'
import { createSimulator } from 'rx-ctrader/simulator'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'
import { gatewayOver, lasting, ownAccount } from '../support/gatewayScene'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'
import type { Wiretap } from '../support/wiretap'

const accounts = [1, 2, 3].map(accountId => ({
  accountId,
  isLive: false,
  traderLogin: accountId,
  brokerTitleShort: 'B',
}))
const grants = [
  { accessToken: 'demo', refreshToken: 'more', accountIds: [1, 2, 3], permissionScope: 1 },
] as const

/** Ann has account 1, Ben has 2, and Cyn has 2 and 3. */
const rights: Readonly<Record<string, readonly number[]>> = { ann: [1], ben: [2], cyn: [2, 3] }

/** The login of the application. */
const SESSION = new InjectionToken('session', {
  factory: () => ({ user: signal<string | undefined>('ann'), tickets: 0 }),
})

interface Page extends VirtualTime {
  readonly session: ReturnType<typeof sessionNow>
  readonly client: Client
  /** What the page has sent. */
  readonly wire: Wiretap
}
const run = <T>(act: () => T): T => TestBed.runInInjectionContext(act)
const sessionNow = () => run(() => inject(SESSION))

const ticket = (): string | undefined => {
  const session = inject(SESSION)
  const user = session.user()
  session.tickets += 1
  return user === undefined ? undefined : `${user}-${session.tickets}`
}

/** A page behind a gateway that is in memory. A session lasts a minute, and a ticket is good for one line. */
const behindGateway = (
  features: readonly CTraderFeature[],
  play: (page: Page) => void,
  options: WithGatewayOptions = { token: ticket },
): void => {
  inVirtualTime(time => {
    const used = new Set<string>()
    const gateway = gatewayOver(createSimulator({ latency: 1, accounts, grants }).connect, {
      authenticate: ({ token = '' }) => {
        if (used.has(token) || token === 'cookie') throw new Error('it is not valid')
        used.add(token)
        const [userId = ''] = token.split('-')
        return of({ userId, expiresAt: asyncScheduler.now() + 60_000 })
      },
      entitle: ({ userId }) =>
        lasting(...(rights[userId] ?? []).map(accountId => ({ ...ownAccount, accountId }))),
    })
    const wire = wiretap(memoryLine(peer => gateway.accept(peer, {})))
    const given = withGateway('/ctrader', { random: () => 0.5, ...options })
    TestBed.configureTestingModule({
      providers: [provideCTrader(() => ({ ...given(), connect: wire.connect }), ...features)],
    })
    time.at(300_000, () => {
      TestBed.resetTestingModule()
      gateway.close().subscribe()
    })
    play({ ...time, wire, session: sessionNow(), client: run(injectClient) })
  })
}

const tickets = ({ sent }: Wiretap): unknown[] =>
  sent.flatMap(({ payload }) => (payload && 'clientSecret' in payload ? [payload['clientSecret']] : []))

describe('withGateway', () => {
  it('asks for a ticket at each line, where it may inject', () => {
    behindGateway([withAccounts()], ({ at, client, wire, watch }) => {
      watch(client.appAuth$, 200_000)
      at(150_000, () => {
        expect(tickets(wire)).toEqual(['ann-1', 'ann-2', 'ann-3'])
      })
    })
  })

  it.each<[string, WithGatewayOptions]>([
    ['it gives none', { token: () => undefined }],
    ['it completes without one', { token: () => of() }],
    ['the session of a cookie is over', {}],
  ])('asks for a login if %s', (_, options) => {
    behindGateway(
      [withAccounts()],
      ({ at, client, watch }) => {
        const state = watch(client.connection$, 60_000)
        watch(client.appAuth$, 60_000)
        at(10_000, () => {
          expect(state.values.at(-1)?.status).toBe('loginRequired')
        })
      },
      options,
    )
  })

  it('refuses a ticket that is not a function', () => {
    expect(() => withGateway('/ctrader', { token: 'ticket' as never })).toThrow(
      'token must be a function, because each line needs a new ticket',
    )
  })

  it('goes on after a login with all streams, and shows the last values meanwhile', () => {
    behindGateway([withAccounts()], ({ at, client, session }) => {
      const quote = run(() => accountSignal(account => spots(account, 1)))
      const account = run(injectCurrentAccount)
      const state = run(() => accountSignal(one => one.authenticated$))
      TestBed.tick()
      const each = (from: number, to: number): void => {
        for (let ms = from; ms < to; ms += 1_000)
          at(ms, () => {
            TestBed.tick()
          })
      }
      each(100, 200_000)
      at(30_000, () => {
        session.user.set(undefined)
      })
      let before: ReturnType<typeof account>
      at(100_000, () => {
        before = account()
        expect(before?.accountId).toBe(1)
        expect([state()?.status, quote()?.symbolId]).toEqual(['loginRequired', 1])
        session.user.set('ann')
        client.retry()
      })
      at(110_000, () => {
        expect(account()).toBe(before)
        expect(state()?.status).toBe('authenticated')
        expect(quote()?.timestamp).toBeGreaterThan(0)
      })
    })
  })
})

describe('withAccounts', () => {
  it('has the accounts of the user, and takes the only one', () => {
    behindGateway([withAccounts()], ({ at }) => {
      const account = run(injectCurrentAccount)
      const listed = run(injectAccounts)
      expect([account(), listed()]).toEqual([undefined, undefined])
      at(5_000, () => {
        expect(listed()).toMatchObject([{ ctidTraderAccountId: 1, isLive: false }])
        expect(account()?.accountId).toBe(1)
        expect(run(injectAccount)).toBe(account())
      })
    })
  })

  it('lets the user choose one of several', () => {
    behindGateway([withAccounts()], ({ at, session }) => {
      session.user.set('cyn')
      const chosen = signal<number | undefined>(undefined)
      const account = run(() => injectCurrentAccount(chosen))
      const any = run(injectCurrentAccount)
      const third = run(() => injectCurrentAccount(3))
      at(5_000, () => {
        expect([account(), any(), third()?.accountId]).toEqual([undefined, undefined, 3])
        expect(() => run(injectAccount)).toThrow('accountId must be given, because there are several: 2, 3')
        chosen.set(2)
        expect(account()?.accountId).toBe(2)
        chosen.set(1)
        expect(account()).toBeUndefined()
      })
    })
  })

  it('has those of a simulator too', () => {
    inVirtualTime(({ at }) => {
      TestBed.configureTestingModule({
        providers: [provideCTrader(withGateway('/ctrader'), withAccounts(), withSimulator())],
      })
      const account = run(injectCurrentAccount)
      at(1_000, () => {
        expect(account()?.accountId).toBe(12345678)
        TestBed.resetTestingModule()
      })
    })
  })
})

describe('withUser', () => {
  const features = [withAccounts(), withUser(() => inject(SESSION).user())]

  it('opens no line before a user is logged in, also where accounts are listed', () => {
    inVirtualTime(({ at, watch }) => {
      let asked = 0
      const connect = () =>
        defer(() => {
          asked += 1
          return NEVER
        })
      TestBed.configureTestingModule({
        providers: [
          provideCTrader(
            () => ({ ...withGateway('/ctrader')(), connect }),
            ...[withAccounts(), withUser(() => undefined)],
          ),
        ],
      })
      const state = watch(run(injectClient).connection$)
      run(injectCurrentAccount)
      at(10_000, () => {
        TestBed.tick()
        expect([asked, state.values.at(-1)?.status]).toEqual([0, 'loginRequired'])
        TestBed.resetTestingModule()
      })
    })
  })

  it('has no line and no account while no user is logged in', () => {
    behindGateway(features, ({ at, client, session, wire, watch }) => {
      session.user.set(undefined)
      TestBed.tick()
      const account = run(injectCurrentAccount)
      const state = watch(client.connection$)
      const guard = watch(run(authenticatedGuard({ otherwise: () => 'to the login' as const })))
      at(10_000, () => {
        expect(state.values.at(-1)?.status).toBe('loginRequired')
        expect(wire.lines).toEqual({ opened: 0, open: 0 })
        expect([account(), guard.values]).toEqual([undefined, ['to the login']])
        session.user.set('ben')
        // As after a login, before any effect.
        const opened = watch(run(authenticatedGuard()))
        at(1_000, () => {
          TestBed.tick()
        })
        at(5_000, () => {
          expect(opened.values).toEqual([true])
          expect(account()?.accountId).toBe(2)
        })
      })
    })
  })

  it('gives the next user nothing of the one before, and tells the server', () => {
    behindGateway(features, ({ at, session, wire, watch }) => {
      const account = run(injectCurrentAccount)
      const open = run(() => accountSignal(positions))
      at(2_000, () => {
        TestBed.tick()
      })
      at(5_000, () => {
        const [first, before] = [account(), open()]
        expect([first?.accountId, before?.all.length]).toEqual([1, 0])
        const state = first && watch(first.authenticated$)
        session.user.set('ben')
        // At once.
        expect([account(), open()]).toEqual([undefined, undefined])
        TestBed.tick()
        expect([account(), open(), state?.completed]).toEqual([undefined, undefined, true])
        at(2_000, () => {
          TestBed.tick()
          expect(account()?.accountId).toBe(2)
          expect(tickets(wire)).toEqual(['ann-1', 'ben-2'])
          expect(wire.lines).toEqual({ opened: 2, open: 1 })
        })
      })
    })
  })

  it('opens one line for a login after which retry() is called', () => {
    behindGateway(features, ({ at, client, session, wire, watch }) => {
      session.user.set(undefined)
      TestBed.tick()
      watch(client.appAuth$, 30_000)
      at(5_000, () => {
        session.user.set('ben')
        client.retry()
        at(10, () => {
          TestBed.tick()
        })
      })
      at(10_000, () => {
        expect(tickets(wire)).toEqual(['ben-1'])
        expect(wire.lines).toEqual({ opened: 1, open: 1 })
      })
    })
  })

  it('does nothing when the user stays the same', () => {
    behindGateway(features, ({ at, client, session, wire, watch }) => {
      watch(client.appAuth$, 30_000)
      at(5_000, () => {
        session.user.set('ann')
        TestBed.tick()
      })
      at(10_000, () => {
        expect(wire.lines).toEqual({ opened: 1, open: 1 })
      })
    })
  })
})
