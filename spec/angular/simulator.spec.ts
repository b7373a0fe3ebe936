import { build } from 'esbuild'
import { NEVER } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import type { CTraderFeature } from 'rx-ctrader/angular'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { application, credentials, mine } from './application'
import type { Application } from './application'

const demo = { accountId: 12345678, accessToken: 'demo' } as const

interface Trading extends Application, VirtualTime {
  /** What becomes of an account, and its balance. */
  readonly seen: (account: Account) => () => readonly unknown[]
}

const trading = (features: readonly CTraderFeature[], play: (trading: Trading) => void, given = {}): void => {
  inVirtualTime(time => {
    const app = application([provideCTrader({ ...credentials, ...given }, ...features)])
    play({
      ...app,
      ...time,
      seen: account => {
        const { values: states } = time.watch(account.authenticated$, 20_000)
        const { values: answers } = time.watch(account.request(PayloadType.PROTO_OA_TRADER_REQ, {}), 5_000)
        return () => [states.at(-1)?.status, answers[0]?.trader.balance]
      },
    })
  })
}

describe('withSimulator', () => {
  it('knows the application and every account that is provided, each by its token', () => {
    const accounts = [mine, { ...mine, accountId: 8 }, { accountId: 9, accessToken: 'another' }]
    trading([...accounts.map(withAccount), withSimulator()], ({ account, at, broker, seen }) => {
      const each = [7, 8, 9].map(id => seen(account(id)))
      at(5_000, () => {
        expect(each.map(look => look())).toEqual(each.map(() => ['authenticated', 1_000_000]))
        expect(broker().lines()).toMatchObject([{ clientId: 'me', accountIds: [7, 8, 9] }])
      })
    })
  })

  it('is of the same environment, which its accounts are then too', () => {
    trading(
      [withAccount(mine), withSimulator()],
      ({ account, at, seen, watch }) => {
        const look = seen(account())
        const canTrade = watch(account().canTrade$, 5_000)
        at(5_000, () => {
          expect([look()[0], canTrade.values, canTrade.error]).toEqual(['authenticated', [true], undefined])
        })
      },
      { environment: 'live' },
    )
  })

  it('is a demo server by default, and is connected to instead of what is given', () => {
    const none = { environment: undefined, connect: () => NEVER }
    trading(
      [withAccount(mine), withSimulator()],
      ({ account, at, seen }) => {
        const look = seen(account())
        at(5_000, () => {
          expect(look()).toEqual(['authenticated', 1_000_000])
        })
      },
      none,
    )
  })

  it('knows the refresh token of an account, and one of its own where there is none', () => {
    /** How many answers come to a refresh by this token. */
    const refreshed = (given: { readonly refreshToken?: string }, refreshToken: string): number => {
      let answers: readonly unknown[] = []
      trading([withAccount({ ...mine, ...given }), withSimulator()], ({ client, watch }) => {
        answers = watch(client().request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken })).values
      })
      return answers.length
    }
    expect(refreshed({ refreshToken: 'more' }, 'more')).toBe(1)
    expect(refreshed({ refreshToken: 'more' }, 'token-refresh')).toBe(0)
    expect(refreshed({}, 'token-refresh')).toBe(1)
  })

  it('has the account it always has where none is provided', () => {
    trading([withSimulator()], ({ at, client, seen }) => {
      const look = seen(client().account(demo))
      at(5_000, () => {
        expect(look()).toEqual(['authenticated', 1_000_000])
      })
    })
  })

  it('does as its own options say, and the last of several counts', () => {
    const rich = { isLive: false, traderLogin: 1, brokerTitleShort: 'Broker', balance: 5 } as const
    const own: SimulatorOptions = { accounts: [{ ...rich, accountId: 7 }] }
    trading([withSimulator(), withAccount(mine), withSimulator(own)], ({ account, at, seen }) => {
      const look = seen(account())
      at(5_000, () => {
        expect(look()).toEqual(['authenticated', 5])
      })
    })
  })

  it('can be made to fail by injectSimulator', () => {
    trading([withAccount(mine), withSimulator()], ({ account, at, broker, watch }) => {
      const { values } = watch(account().authenticated$, 60_000)
      at(5_000, () => {
        broker().drop()
      })
      at(5_010, () => {
        expect(values.at(-1)?.status).toBe('reconnecting')
      })
      at(30_000, () => {
        expect(values.at(-1)?.status).toBe('authenticated')
      })
    })
  })
})

describe('a bundle', () => {
  /** The bytes of simulator in a bundle of these names. */
  const simulated = async (names: string): Promise<number> => {
    const { metafile } = await build({
      stdin: { contents: `export { ${names} } from './src/angular'`, resolveDir: '.' },
      bundle: true,
      format: 'esm',
      external: ['@angular/core', 'rxjs', 'fp-ts', 'io-ts', 'isomorphic-ws'],
      metafile: true,
      write: false,
    })
    return Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([path]) => path.includes('/simulator/'))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)
  }

  it('has no simulator in it without withSimulator', async () => {
    expect(await simulated('provideCTrader, withAccount, injectClient, injectAccount, injectSimulator')).toBe(
      0,
    )
    expect(await simulated('provideCTrader, withSimulator')).toBeGreaterThan(50_000)
  })
})
