import {
  InjectionToken,
  Injector,
  PLATFORM_ID,
  inject,
  makeEnvironmentProviders,
  runInInjectionContext,
  untracked,
} from '@angular/core'
import type { EnvironmentProviders } from '@angular/core'
import { invalidOption } from '../errors'
import type { Client } from '../session/client'
import type { ClientOptions } from '../session/options'
import type { Simulator } from '../simulator/simulator'
import { followAccounts, givenAccounts } from './accounts'
import type { Accounts } from './accounts'
import { contain, injectBounds } from './client/bounds'
import type { BothBounds } from './client/bounds'
import { boundClient } from './client/client'
import { plainTexts } from './features/credentials'
import { checkFeatures, resolveValue } from './features/features'
import type { CTraderFeature, ValueOrFactory } from './features/features'
import { followUser, readUser } from './features/user'

export interface CTrader {
  readonly client: Client
  readonly accounts: Accounts
  /** Looks at the user now, and not with the next effect. */
  readonly checkUser: () => void
  readonly simulator: Simulator | undefined
  /** Nothing connects there. */
  readonly isOnServer: boolean
}

/** Named after the function that provides it, because Angular shows the name when it is missing. */
export const CTRADER = new InjectionToken<() => CTrader>('provideCTrader')

const createCTrader = (
  given: ValueOrFactory<ClientOptions>,
  features: readonly CTraderFeature[],
  bounds: BothBounds,
): CTrader => {
  const options = resolveValue('provideCTrader', given)
  const simulate = features.flatMap(feature => (feature.kind === 'simulator' ? feature.simulate : [])).at(-1)
  const accountFeatures = features.filter(feature => feature.kind === 'account')
  const provided = givenAccounts(accountFeatures)
  // Mistakes in options that are known already are found at once.
  const known = untracked(() =>
    simulate || accountFeatures.every(({ follows }) => !follows) ? provided.options() : [],
  )
  const texts = plainTexts()
  const plain = { client: texts.client(options), accounts: known.map(texts.account) }
  const simulator = simulate?.(plain)
  let checkUser = (): void => undefined
  const bound = boundClient(
    simulator ? { ...plain.client, connect: simulator.connect } : options,
    bounds,
    // An application calls `retry()` right after a login, which may be that of another user.
    () => {
      checkUser()
    },
  )
  const user = readUser(features)
  // Before anything subscribes: without a user, nothing may connect.
  if (user) checkUser = followUser(bound.client, user)
  const accounts = followAccounts(bound, provided, features, {
    texts: simulator && texts,
    user: user ?? (() => undefined),
  })
  if (known.length > 0) untracked(accounts.all)
  return {
    client: bound.client,
    accounts,
    checkUser,
    simulator: simulator && contain(simulator, bounds.consumers),
    isOnServer: inject(PLATFORM_ID, { optional: true }) === 'server',
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
      return untracked(() => runInInjectionContext(injector, () => createCTrader(options, features, bounds)))
    } finally {
      isMaking = false
    }
  }
  return () => (made ??= make())
}

/**
 * Provides a client of the cTrader Open API for `injectClient()`, with the additions of `withAccount`, `withAccounts`,
 * `withUser` and `withSimulator`. Takes the options of `createClient`, or a function that returns them, which may
 * `inject`. `withGateway` is such a function.
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
