import {
  InjectionToken,
  Injector,
  inject,
  makeEnvironmentProviders,
  runInInjectionContext,
} from '@angular/core'
import type { EnvironmentProviders } from '@angular/core'
import { invalidOption } from '../errors'
import type { Account } from '../session/account'
import type { Client } from '../session/client'
import type { ClientOptions } from '../session/options'
import type { Simulator } from '../simulator/simulator'
import { contain, injectBounds } from './bounds'
import type { BothBounds } from './bounds'
import { boundClient } from './client'
import { plainOptions } from './credentials'
import { accountOptions, checkFeatures, resolveValue } from './features'
import type { CTraderFeature, ValueOrFactory } from './features'

export interface CTrader {
  readonly client: Client
  readonly accounts: readonly Account[]
  readonly simulator: Simulator | undefined
}

/** Named after the function that provides it, because Angular shows the name when it is missing. */
export const CTRADER = new InjectionToken<() => CTrader>('provideCTrader')

const createCTrader = (
  given: ValueOrFactory<ClientOptions>,
  features: readonly CTraderFeature[],
  bounds: BothBounds,
): CTrader => {
  const options = resolveValue('provideCTrader', given)
  const simulates = features.flatMap(feature => (feature.kind === 'simulator' ? feature.simulate : []))
  const simulate = simulates.at(-1)
  const accounts = accountOptions(features)
  const plain = simulate && plainOptions(options, accounts)
  const simulator = plain && simulate(plain)
  const client = boundClient(
    { ...options, ...plain?.client, ...(simulator && { connect: simulator.connect }) },
    bounds,
  )
  return {
    client,
    accounts: (plain?.accounts ?? accounts).map(client.account),
    simulator: simulator && contain(simulator, bounds.consumers),
  }
}

/** Created lazily. Angular caches a factory's error, so this one must not throw. */
const whenNeeded = (
  options: ValueOrFactory<ClientOptions>,
  features: readonly CTraderFeature[],
): (() => CTrader) => {
  const injector = inject(Injector)
  const bounds = injectBounds()
  let made: CTrader | undefined
  let isMaking = false
  const make = (): CTrader => {
    if (isMaking)
      throw invalidOption('provideCTrader', 'options must not inject the client that they configure')
    isMaking = true
    try {
      return runInInjectionContext(injector, () => createCTrader(options, features, bounds))
    } finally {
      isMaking = false
    }
  }
  return () => (made ??= make())
}

/**
 * Provides a client of the cTrader Open API for `injectClient()`, with the additions of `withAccount` and
 * `withSimulator`. Takes the options of `createClient`, or a function that returns them, which may `inject`.
 *
 * Nothing connects before the first subscription. On the server nothing connects at all, and every state stays the
 * first one. Sockets and timers run outside the Angular zone, if there is one. When the injector is destroyed,
 * every observable of the client and its accounts completes, the line closes, and it cannot be opened again.
 *
 * ```ts
 * const myAccount = withAccount({ accountId: 12345678, accessToken })
 * const config: ApplicationConfig = {
 *   providers: [provideCTrader({ environment: 'demo', clientId, clientSecret }, myAccount)],
 * }
 * ```
 */
export const provideCTrader = (
  options: ValueOrFactory<ClientOptions>,
  ...features: readonly CTraderFeature[]
): EnvironmentProviders => {
  checkFeatures(features)
  return makeEnvironmentProviders([{ provide: CTRADER, useFactory: () => whenNeeded(options, features) }])
}
