import { Injector, createEnvironmentInjector, runInInjectionContext } from '@angular/core'
import type { EnvironmentInjector, EnvironmentProviders, Provider } from '@angular/core'
import { injectAccount, injectClient, injectSimulator } from 'rx-ctrader/angular'
import type { Account, Client } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'

/** With a random part that is always the same: some pauses would be over before a spec looks. */
export const credentials = {
  environment: 'demo',
  clientId: 'me',
  clientSecret: 'secret',
  random: () => 0.5,
} as const
export const mine = { accountId: 7, accessToken: 'token' } as const

/** What of an application the library sees: its environment injector, and an injection context. */
export interface Application {
  readonly injector: EnvironmentInjector
  readonly run: <T>(act: () => T) => T
  readonly client: () => Client
  readonly account: (accountId?: number) => Account
  readonly broker: () => Simulator
  readonly destroy: () => void
}

/** It does without a parent; only its type wants one. */
const none = null as unknown as EnvironmentInjector

export const application = (
  providers: readonly (Provider | EnvironmentProviders)[],
  parent = none,
): Application => {
  const injector = createEnvironmentInjector([...providers], parent)
  const run = <T>(act: () => T): T => runInInjectionContext(injector.get(Injector), act)
  return {
    injector,
    run,
    client: () => run(injectClient),
    account: accountId => run(() => injectAccount(accountId)),
    broker: () => run(injectSimulator),
    destroy: () => {
      injector.destroy()
    },
  }
}
