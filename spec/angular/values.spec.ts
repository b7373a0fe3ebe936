/** @jest-environment <rootDir>/spec/angular/pageEnvironment.mjs */
import { inspect } from 'node:util'
import { computed } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import { EMPTY, defer, of } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  candles,
  depth,
  equity,
  lots,
  orders,
  placeOrder,
  pnl,
  positions,
  price,
  spots,
  symbols,
  trader,
} from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import {
  accountSignal,
  injectAccount,
  injectAccounts,
  injectClient,
  injectCurrentAccount,
  injectSimulator,
  withAccount,
  withAccounts,
  withSimulator,
} from 'rx-ctrader/angular'
import { mine } from './application'
import { inPage, run } from './inPage'

const simulated = [withAccount(mine), withSimulator({ latency: 5, start: Date.UTC(2026, 0, 7, 12) })] as const

/** What is in a value now, with what its getters give. */
const contentOf = (value: unknown): string => inspect(value, { depth: 5, getters: true, maxArrayLength: 50 })

const streams: Readonly<Record<string, (account: Account) => Observable<unknown>>> = {
  candles: account => candles(account, 'BTCUSD', 'M1', { history: 20 }),
  depth: account => depth(account, 'BTCUSD'),
  equity,
  health: () => run(injectClient).health$,
  orders,
  pnl,
  positions,
  spots: account => spots(account, 'BTCUSD'),
  state: account => account.authenticated$,
  symbols,
  trader,
}

describe('the values that signals see', () => {
  it.each(Object.keys(streams))('of %s are new objects, and stay as they were', name => {
    inPage(simulated, ({ at }) => {
      const account = run(injectAccount)
      const seen: { readonly value: unknown; readonly content: string }[] = []
      const watched = (streams[name]?.(account) ?? EMPTY).subscribe(value => {
        seen.push({ value, content: contentOf(value) })
      })
      const order = { symbol: 'BTCUSD', side: 'buy', volume: lots(0.01) } as const
      for (const ms of [1_000, 2_000])
        at(ms, () => {
          placeOrder(account, { ...order, type: 'market' }).subscribe()
          placeOrder(account, { ...order, type: 'limit', price: price(1_000) }).subscribe()
        })
      at(4_000, () => {
        run(injectSimulator).drop()
      })
      at(10_000, () => {
        watched.unsubscribe()
        expect(new Set(seen.map(({ value }) => value)).size).toBe(seen.length)
        expect(seen.length).toBeGreaterThan(0)
        for (const { value, content } of seen) expect(contentOf(value) === content).toBe(true)
      })
    })
  })

  it('let what is computed of a part of them change (E4)', () => {
    inPage(simulated, ({ at }) => {
      const account = run(injectAccount)
      const profit = run(() => accountSignal(pnl))
      const shown: unknown[] = []
      const parts = computed(() => profit()?.positions)
      at(1_000, () => {
        placeOrder(account, { symbol: 'BTCUSD', side: 'buy', type: 'market', volume: lots(1) }).subscribe()
      })
      for (let ms = 500; ms < 8_000; ms += 500)
        at(ms, () => {
          TestBed.tick()
          shown.push(parts())
        })
      at(9_000, () => {
        expect(new Set(shown).size).toBeGreaterThan(5)
      })
    })
  })
})

describe('accountSignal', () => {
  it('throws the error of its stream when it is read, and goes on after retry()', () => {
    inPage(simulated, ({ at }) => {
      let isBroken = true
      const value = run(() =>
        accountSignal(() =>
          defer(() => {
            if (isBroken) throw new Error('theirs')
            return of(2)
          }),
        ),
      )
      TestBed.tick()
      expect(value).toThrow('theirs')
      at(1_000, () => {
        isBroken = false
        run(injectClient).retry()
        expect(value()).toBe(2)
      })
    })
  })

  it('is undefined without an account', () => {
    inPage([withAccount(() => undefined), withSimulator()], () => {
      const value = run(() => accountSignal(() => of(1)))
      TestBed.tick()
      expect(value()).toBeUndefined()
    })
  })
})

describe('accounts that cannot be had', () => {
  it('are named by what is missing', () => {
    inPage([], () => {
      expect(() => run(injectCurrentAccount)).toThrow('needs a withAccount(…) or a withAccounts()')
      expect(() => run(injectAccounts)).toThrow('accounts needs a withAccounts() in provideCTrader')
    })
  })

  it('are several, and the application has to name one', () => {
    inPage([withAccount(mine), withAccount({ ...mine, accountId: 8 })], () => {
      expect(run(injectCurrentAccount)).toThrow('accountId must be given, because there are several: 7, 8')
      expect(run(() => injectCurrentAccount(8))()?.accountId).toBe(8)
    })
  })

  it('throw what their function throws, and end nothing else', () => {
    inPage(
      [
        withAccount(() => {
          throw new Error('no session')
        }),
      ],
      () => {
        const account = run(injectCurrentAccount)
        TestBed.tick()
        expect(account).toThrow('no session')
        expect(() => run(injectAccount)).toThrow('no session')
      },
    )
  })

  it('of a refused login are asked for again after retry()', () => {
    const applications = [{ clientId: 'another', clientSecret: 'secret' }]
    inPage([withAccounts(), withSimulator({ applications })], ({ at, watch }) => {
      const [account, listed] = [run(injectCurrentAccount), run(injectAccounts)]
      const state = watch(run(injectClient).connection$)
      at(5_000, () => {
        expect(state.values.at(-1)?.status).toBe('failed')
        run(injectClient).retry()
        at(5_000, () => {
          expect(state.values.filter(({ status }) => status === 'failed')).toHaveLength(2)
          expect([account(), listed()]).toEqual([undefined, undefined])
        })
      })
    })
  })

  it('stay as they are if the server refuses the list', () => {
    inPage([withAccounts({ accessToken: 'unknown' }), withSimulator()], ({ at }) => {
      const listed = run(injectAccounts)
      at(5_000, () => {
        expect(listed()).toBeUndefined()
      })
    })
  })
})
