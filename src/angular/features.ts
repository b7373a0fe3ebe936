import type { AccountOptions, ClientOptions } from '../session/options'
import type { Simulator } from '../simulator/simulator'

/** A value, or a function that is called in the injection context: for what is known at run time only. */
export type Given<T> = T | (() => T)

export const valueOf = <T extends object>(given: Given<T>): T =>
  typeof given === 'function' ? given() : given

/** A part of `provideCTrader`: what `withAccount` and `withSimulator` give. */
export type CTraderFeature =
  | { readonly kind: 'account'; readonly options: Given<AccountOptions> }
  | {
      readonly kind: 'simulator'
      /** The simulator for the client and the accounts that are provided. */
      readonly simulate: (client: ClientOptions, accounts: readonly AccountOptions[]) => Simulator
    }

/**
 * An account for `injectAccount()`; as often as there are accounts. Takes the options of `client.account`, or a
 * function that returns them, which may `inject` and is called with the first `injectClient()` or
 * `injectAccount()`.
 *
 * ```ts
 * const ACCESS_TOKEN = new InjectionToken<string>('the access token of the user')
 * withAccount(() => ({ accountId: 12345678, accessToken: inject(ACCESS_TOKEN) }))
 * ```
 */
export const withAccount = (options: Given<AccountOptions>): CTraderFeature => ({ kind: 'account', options })
