/** @jest-environment <rootDir>/spec/angular/pageEnvironment.mjs */
import { Component, signal } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import { BehaviorSubject } from 'rxjs'
import { PayloadType, positions, trader } from 'rx-ctrader'
import type { AccountOptions } from 'rx-ctrader'
import {
  accountSignal,
  injectAccount,
  injectClient,
  injectCurrentAccount,
  injectSimulator,
  withAccount,
  withSimulator,
} from 'rx-ctrader/angular'
import { inPage, run } from './inPage'

const ANN = { accountId: 7, accessToken: 'of-ann' } as const
const BEN = { accountId: 8, accessToken: 'of-ben' } as const

/** Two users with an account each, with different balances. */
const broker = withSimulator({
  latency: 1,
  accounts: [
    { accountId: 7, isLive: false, traderLogin: 1, brokerTitleShort: 'B', balance: 700 },
    { accountId: 8, isLive: false, traderLogin: 2, brokerTitleShort: 'B', balance: 800 },
  ],
  grants: [ANN, BEN].map(({ accountId, accessToken }) => ({
    accessToken,
    refreshToken: `${accessToken}-more`,
    accountIds: [accountId],
    permissionScope: 1,
  })),
})

@Component({ selector: 'app-balance', template: '{{ account()?.accountId }}: {{ balance()?.balance }}' })
class Balance {
  readonly account = injectCurrentAccount()
  readonly balance = accountSignal(trader)
}

describe('an account that follows the user', () => {
  const user = signal<AccountOptions | undefined>(undefined)
  const user$ = new BehaviorSubject<AccountOptions | undefined>(undefined)
  beforeEach(() => {
    user.set(ANN)
    user$.next(ANN)
  })
  const logIn = (options: AccountOptions | undefined): void => {
    user.set(options)
    user$.next(options)
    TestBed.tick()
  }

  it.each([
    ['a function that reads a signal', withAccount(() => user())],
    ['a signal', withAccount(() => user)],
    ['an observable', withAccount(() => user$)],
  ])(
    'by %s: the second user gets nothing of the first, also where it is injected only then',
    (_, account) => {
      inPage([account, broker], ({ at, watch }) => {
        const first = run(injectAccount)
        const state = watch(first.authenticated$)
        const open = watch(positions(first))
        const log = watch(run(injectClient).message$)
        at(5_000, () => {
          expect(state.values.at(-1)).toEqual({ status: 'authenticated', accountId: 7 })
          logIn(BEN)
          // Its streams are over, without an error.
          for (const { completed, error } of [state, open])
            expect([completed, error]).toEqual([true, undefined])
          const second = run(injectAccount)
          expect(second.accountId).toBe(8)
          const balance = watch(trader(second), 5_000)
          at(3_000, () => {
            expect(balance.values.at(-1)?.balance).toBe(800)
            expect(run(injectSimulator).lines()).toMatchObject([{ accountIds: [8] }])
            expect(log.values.map(({ payloadType }) => payloadType)).toContain(
              PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES,
            )
          })
        })
      })
    },
  )

  it('is undefined after a logout, and is there again after a login', () => {
    inPage([withAccount(() => user()), broker], ({ at, watch }) => {
      const account = run(() => injectCurrentAccount())
      const first = account()
      expect(first?.accountId).toBe(7)
      if (first) watch(first.authenticated$)
      at(5_000, () => {
        logIn(undefined)
        expect(account()).toBeUndefined()
        expect(() => run(injectAccount)).toThrow('no user is logged in')
      })
      at(6_000, () => {
        expect(run(injectSimulator).lines()).toMatchObject([{ accountIds: [] }])
        logIn(ANN)
        const again = account()
        expect(again?.accountId).toBe(7)
        expect(again).not.toBe(first)
        const state = again && watch(again.authenticated$, 5_000)
        at(3_000, () => {
          expect(state?.values.at(-1)?.status).toBe('authenticated')
        })
      })
    })
  })

  it('shows in a view nothing of the former one, in no turn', () => {
    inPage([withAccount(() => user()), broker], ({ at }) => {
      const fixture = TestBed.createComponent(Balance)
      const shown: string[] = []
      const look = (): void => {
        TestBed.tick()
        shown.push((fixture.nativeElement as HTMLElement).textContent)
      }
      look()
      at(2_000, look)
      at(3_000, () => {
        user.set(BEN)
        expect(fixture.componentInstance.balance()).toBeUndefined()
        look()
      })
      at(5_000, look)
      at(6_000, () => {
        user.set(undefined)
        look()
        expect(shown).toEqual(['7: ', '7: 700', '8: ', '8: 800', ': '])
      })
    })
  })

  it('recovers from a token that the server refuses, when the session has a fresh one', () => {
    user.set({ ...ANN, accessToken: 'expired' })
    inPage([withAccount(() => user()), broker], ({ at }) => {
      const state = run(() => accountSignal(account => account.authenticated$))
      const balance = run(() => accountSignal(trader))
      TestBed.tick()
      at(5_000, () => {
        expect(state()?.status).toBe('failed')
        expect(balance).toThrow('CH_ACCESS_TOKEN_INVALID')
        logIn(ANN)
      })
      at(10_000, () => {
        expect(state()).toEqual({ status: 'authenticated', accountId: 7 })
        expect(balance()?.balance).toBe(700)
      })
    })
  })

  it('stays the same while another signal of the function changes, or the options are equal', () => {
    const theme = signal('dark')
    const follow = withAccount(() => {
      theme()
      return { ...ANN }
    })
    inPage([follow, broker], ({ at, watch }) => {
      const account = run(injectAccount)
      const state = watch(account.authenticated$)
      at(5_000, () => {
        theme.set('light')
        TestBed.tick()
        expect(state.completed).toBe(false)
        expect(run(injectAccount)).toBe(account)
        expect(run(injectClient).account(ANN)).toBe(account)
      })
    })
  })
})
