/** @jest-environment <rootDir>/spec/angular/pageEnvironment.mjs */
import { NgZone, PLATFORM_ID, inject, signal } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import { EMPTY, NEVER, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { trader } from 'rx-ctrader'
import type { Account, AccountOptions } from 'rx-ctrader'
import {
  accountResolver,
  authenticatedGuard,
  injectClient,
  injectSimulator,
  provideCTrader,
  withAccount,
  withAccounts,
  withSimulator,
} from 'rx-ctrader/angular'
import type { CTraderFeature } from 'rx-ctrader/angular'
import { inVirtualTime } from '../support/virtualTime'
import { application, credentials, mine } from './application'
import { inPage, run } from './inPage'

const simulated = [withAccount(mine), withSimulator({ latency: 10 })] as const

/** A user with two accounts. */
const ofTwo = withSimulator({
  accounts: [1, 2].map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'B',
  })),
  grants: [{ accessToken: 'demo', refreshToken: 'r', accountIds: [1, 2], permissionScope: 1 }],
})

describe('authenticatedGuard', () => {
  const stateOf = authenticatedGuard({ otherwise: ({ status }) => status, timeout: 5_000 })

  it('opens the route when the account is authenticated, and is over then', () => {
    inPage(simulated, ({ at, watch }) => {
      const guard = watch(run(authenticatedGuard()))
      expect(guard.values).toEqual([])
      at(2_000, () => {
        expect([guard.values, guard.completed]).toEqual([[true], true])
        // The line closes again, as no component came.
        expect(run(injectSimulator).lines()).toEqual([])
      })
    })
  })

  it.each<[string, readonly CTraderFeature[], object, string]>([
    [
      'the account has failed',
      [withAccount({ ...mine, accessToken: 'x' }), withSimulator({ grants: [] })],
      {},
      'failed',
    ],
    [
      'a login is required',
      [withAccount({ ...mine, accessToken: 'x' }), withSimulator({ grants: [] })],
      { whenLoginRequired: 'wait' },
      'loginRequired',
    ],
    ['no user is logged in', [withAccount(() => undefined), withSimulator()], {}, 'idle'],
  ])('does not open it if %s', (_, features, options, status) => {
    inPage(
      features,
      ({ at, watch }) => {
        const [guard, plain] = [watch(run(stateOf)), watch(run(authenticatedGuard()))]
        at(1_000, () => {
          expect([guard.values, plain.values]).toEqual([[status], [false]])
        })
      },
      options,
    )
  })

  it('waits no longer than it is told, and leaves no timer', () => {
    inPage(
      [withAccount(mine)],
      ({ at, watch }) => {
        const guard = watch(run(stateOf))
        at(4_999, () => {
          expect(guard.values).toEqual([])
        })
        at(5_001, () => {
          expect([guard.values, guard.completed]).toEqual([['connecting'], true])
        })
      },
      { connect: () => NEVER },
    )
  })

  it('opens it for a user with several accounts, before one is chosen', () => {
    inPage([withAccounts(), ofTwo], ({ at, watch }) => {
      const guard = watch(run(authenticatedGuard()))
      at(2_000, () => {
        TestBed.tick()
        expect(guard.values).toEqual([true])
      })
    })
  })

  it('follows a user who logs in while it waits', () => {
    const user = signal<AccountOptions | undefined>({ ...mine, accountId: 9, accessToken: 'slow' })
    inPage([withAccount(() => user()), withSimulator({ latency: 1_000 })], ({ at, watch }) => {
      const guard = watch(run(authenticatedGuard()))
      at(1_500, () => {
        user.set(undefined)
        TestBed.tick()
        expect(guard.values).toEqual([false])
      })
    })
  })

  it('gives false when the application ends meanwhile', () => {
    inPage(simulated, ({ watch }) => {
      const guard = watch(run(authenticatedGuard()))
      TestBed.resetTestingModule()
      expect([guard.values, guard.error]).toEqual([[false], undefined])
    })
  })

  it('is refused an option that is misspelt, and an invalid time', () => {
    expect(() => authenticatedGuard({ redirect: () => 1 } as object)).toThrow('redirect is an unknown option')
    expect(() => authenticatedGuard({ timeout: -1 })).toThrow('timeout must be a number of ms')
    expect(() => accountResolver(trader, { timeout: NaN })).toThrow('timeout must be a number of ms')
  })

  it('calls what it gives otherwise in its injection context', () => {
    inPage([withAccount(() => undefined)], ({ watch }) => {
      const guard = watch(run(authenticatedGuard({ otherwise: () => inject(PLATFORM_ID) })))
      expect(guard.values).toEqual(['browser'])
    })
  })

  it('answers in the zone of the router', () => {
    inPage(simulated, ({ at, watch }) => {
      const inZone = jest.spyOn(TestBed.inject(NgZone), 'run')
      const guard = watch(run(authenticatedGuard()))
      const failing = watch(run(accountResolver(() => throwError(() => new Error('theirs')))))
      at(2_000, () => {
        expect([guard.values, failing.error]).toEqual([[true], new Error('theirs')])
        // A value and an end of the one, an error of the other.
        expect(inZone).toHaveBeenCalledTimes(3)
      })
    })
  })

  it('is without a zone where there is none', () => {
    inVirtualTime(({ at, watch }) => {
      const app = application([provideCTrader(credentials, ...simulated)])
      const guard = watch(app.run(authenticatedGuard()))
      at(2_000, () => {
        expect(guard.values).toEqual([true])
        app.destroy()
      })
    })
  })
})

describe('accountResolver', () => {
  const resolve = (stream: (account: Account) => Observable<unknown>, timeout?: number) =>
    run(accountResolver(stream, timeout === undefined ? {} : { timeout }))

  it('gives the first value of a stream of the account, and its error', () => {
    inPage(simulated, ({ at, watch }) => {
      const first = watch(resolve(trader))
      const failing = watch(resolve(() => throwError(() => new Error('theirs'))))
      at(2_000, () => {
        expect(first.values).toMatchObject([{ balance: 1_000_000 }])
        expect(first.completed).toBe(true)
        expect(failing.error).toEqual(new Error('theirs'))
      })
    })
  })

  it('takes the account that the user has chosen, and gives nothing at once where none is', () => {
    const chosen = signal<number | undefined>(undefined)
    const ofChosen = accountResolver(trader, { accountId: () => chosen() })
    inPage([withAccounts(), ofTwo], ({ at, watch }) => {
      const [before, second] = [watch(run(ofChosen)), watch(run(accountResolver(trader, { accountId: 2 })))]
      at(1_000, () => {
        TestBed.tick()
      })
      at(2_000, () => {
        expect([before.values, before.completed]).toEqual([[undefined], true])
        expect(second.values).toMatchObject([{ ctidTraderAccountId: 2 }])
        chosen.set(1)
        const first = watch(run(ofChosen))
        // A choice of a user before.
        chosen.set(9)
        const foreign = watch(run(ofChosen))
        expect([foreign.values, foreign.completed]).toEqual([[undefined], true])
        at(2_000, () => {
          expect(first.values).toMatchObject([{ ctidTraderAccountId: 1 }])
        })
      })
    })
  })

  it('gives nothing where nothing comes, in time', () => {
    inPage(simulated, ({ at, watch }) => {
      const [silent, empty] = [watch(resolve(() => NEVER, 1_000)), watch(resolve(() => EMPTY, 1_000))]
      at(1_001, () => {
        for (const { values, completed } of [silent, empty])
          expect([values, completed]).toEqual([[undefined], true])
      })
    })
  })
})

describe('on the server, and where a page is prerendered', () => {
  it('guards open and resolvers are empty at once, and no timer is left', () => {
    inPage(
      simulated,
      ({ watch }) => {
        const guard = watch(run(authenticatedGuard()))
        const resolved = watch(run(accountResolver(trader)))
        expect([guard.values, guard.completed]).toEqual([[true], true])
        expect([resolved.values, resolved.completed]).toEqual([[undefined], true])
        expect(run(injectClient)).toBeDefined()
        TestBed.resetTestingModule()
      },
      { on: 'server' },
    )
  })
})
