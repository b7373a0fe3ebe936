import { InjectionToken, inject } from '@angular/core'
import { NEVER } from 'rxjs'
import { injectAccount, injectClient, injectSimulator } from 'rx-ctrader/angular'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { application, credentials, mine } from './application'

const other = { accountId: 8, accessToken: 'token' } as const

describe('what is provided', () => {
  it('is one client, the same wherever it is injected', () => {
    const app = application([provideCTrader(credentials)])
    expect(app.client()).toBe(app.client())
  })

  it('is the account of withAccount, the same as the client has', () => {
    const app = application([provideCTrader(credentials, withAccount(mine))])
    expect(app.account().accountId).toBe(7)
    expect(app.account()).toBe(app.account(7))
    expect(app.client().account(mine)).toBe(app.account())
  })

  it('is several accounts, each by its id, and has no default', () => {
    const app = application([provideCTrader(credentials, withAccount(mine), withAccount(other))])
    expect([app.account(7).accountId, app.account(8).accountId]).toEqual([7, 8])
    expect(() => app.account()).toThrow('accountId must be given, because there are several: 7, 8')
  })

  it('names the accounts that there are where another one is asked for', () => {
    const app = application([provideCTrader(credentials, withAccount(mine), withAccount(other))])
    const refusal = 'accountId must be a number that withAccount(…) provides: 7, 8'
    expect(() => app.account(9)).toThrow(refusal)
    // As a route has it.
    expect(() => app.account('7' as unknown as number)).toThrow(refusal)
  })

  it('is the last where there are several in one injector, as with every provider', () => {
    const given = [withAccount(mine), withAccount(other)].map(account => provideCTrader(credentials, account))
    expect(application(given).account().accountId).toBe(8)
  })

  it('is refused where it has an account twice', () => {
    const app = application([provideCTrader(credentials, withAccount(mine), withAccount({ ...mine }))])
    expect(app.client).toThrow('accountId 7 is provided twice')
  })

  it('is refused with an invalid feature, where it is provided', () => {
    const loosely = provideCTrader as (...given: readonly unknown[]) => unknown
    for (const feature of [[withAccount(mine)], withAccount, undefined, false])
      expect(() => loosely(credentials, feature)).toThrow(
        'provideCTrader takes the results of withAccount(…) and withSimulator(…) as separate arguments',
      )
  })

  it('names what is missing', () => {
    const bare = application([])
    expect(bare.client).toThrow(/provideCTrader/)
    const app = application([provideCTrader(credentials)])
    expect(app.account).toThrow(/accountId needs a withAccount/)
    expect(app.broker).toThrow(/simulator needs a withSimulator/)
  })

  it('is to be had in an injection context only, and says who asked', () => {
    expect(injectClient).toThrow(/injectClient\(\) can only be used within an injection context/)
    expect(() => injectAccount()).toThrow(/injectAccount\(\) can only be used/)
    expect(injectSimulator).toThrow(/injectSimulator\(\) can only be used/)
  })

  it('is refused where its options cannot be used, by their names', () => {
    const wrong = application([provideCTrader({ ...credentials, clientId: '' })])
    expect(wrong.client).toThrow(/clientId must be a non-empty string/)
    const wrongAccount = application([provideCTrader(credentials, withAccount({ ...mine, accountId: -1 }))])
    expect(wrongAccount.client).toThrow(/accountId must be a positive whole number/)
  })

  it('is of its own injector: what another one provides for a part of the application adds nothing to it', () => {
    const app = application([provideCTrader(credentials, withAccount(mine))])
    const part = application([provideCTrader(credentials)], app.injector)
    expect(part.client()).not.toBe(app.client())
    expect(part.account).toThrow(/needs a withAccount/)
    expect(application([], app.injector).account()).toBe(app.account())
  })
})

describe('options that are known at run time', () => {
  const CONFIG = new InjectionToken<{
    readonly clientId: string
    readonly accountId: number
    readonly seed: number
  }>('config')

  it('are functions that may inject, called once and with the first who needs them', () => {
    const asked: string[] = []
    const asking = <T>(what: string, read: () => T) => {
      return () => {
        asked.push(what)
        return read()
      }
    }
    const app = application([
      { provide: CONFIG, useValue: { clientId: 'late', accountId: 9, seed: 3 } },
      provideCTrader(
        asking('client', () => ({ ...credentials, clientId: inject(CONFIG).clientId })),
        withAccount(asking('account', () => ({ ...mine, accountId: inject(CONFIG).accountId }))),
        withSimulator(asking('simulator', () => ({ seed: inject(CONFIG).seed }))),
      ),
    ])
    expect(asked).toEqual([])
    expect(app.account().accountId).toBe(9)
    app.client()
    app.broker()
    expect(asked).toEqual(['client', 'account', 'simulator'])
  })

  it('are asked where they are provided, and not where the client is injected first', () => {
    const config = (accountId: number) => ({
      provide: CONFIG,
      useValue: { clientId: 'late', accountId, seed: 3 },
    })
    const account = withAccount(() => ({ ...mine, accountId: inject(CONFIG).accountId }))
    const app = application([config(9), provideCTrader(credentials, account)])
    expect(application([config(10)], app.injector).account().accountId).toBe(9)
  })

  it('are asked again where they were not there yet', () => {
    let isLoggedIn = false
    const app = application([
      provideCTrader(
        { connect: () => NEVER, clientId: 'me', clientSecret: 'secret' },
        withAccount(() => {
          if (!isLoggedIn) throw new Error('nobody has logged in')
          return mine
        }),
      ),
    ])
    expect(app.account).toThrow('nobody has logged in')
    isLoggedIn = true
    expect(app.account().accountId).toBe(7)
  })

  it('are refused by the function they are given to where there are none, as before a login', () => {
    const none = (() => undefined) as unknown as () => never
    const detail = 'needs options, or a function that returns them'
    for (const [name, provided] of [
      ['provideCTrader', provideCTrader(none)],
      ['withAccount', provideCTrader(credentials, withAccount(undefined as never))],
      ['withAccount', provideCTrader(credentials, withAccount((() => 7) as never))],
      ['withSimulator', provideCTrader(credentials, withSimulator(none))],
    ] as const)
      expect(application([provided]).account).toThrow(`${name} ${detail}`)
    expect(application([provideCTrader(credentials, withAccount(none))]).account).toThrow(
      'accountId is of no account now: no user is logged in, or the accounts are not known yet',
    )
  })

  it('cannot inject the client that they are for', () => {
    const app = application([
      provideCTrader(
        credentials,
        withAccount(() => {
          injectClient()
          return mine
        }),
        // It has to know the accounts.
        withSimulator(),
      ),
    ])
    for (const inject of [app.client, app.account])
      expect(inject).toThrow('provideCTrader options must not inject the client that they configure')
  })
})
