import { invalidOption } from '../errors'
import type { AccountOptions } from '../session/options'
import type { Simulator } from '../simulator/simulator'
import type { PlainOptions } from './credentials'

/** A value, or a function that is called in the injection context, for what is known at run time only. */
export type ValueOrFactory<T> = T | (() => T)

/** The value. Throws `InvalidOption` with the name of the receiving function if there is none, as before a login. */
export const resolveValue = <T extends object>(whose: string, given: ValueOrFactory<T>): T => {
  const value: unknown = typeof given === 'function' ? given() : given
  if (typeof value === 'object' && value !== null) return value as T
  throw invalidOption(whose, 'needs options, or a function that returns them')
}

/** A part of `provideCTrader`, from `withAccount` or `withSimulator`. */
export type CTraderFeature =
  | { readonly kind: 'account'; readonly options: ValueOrFactory<AccountOptions> }
  | {
      readonly kind: 'simulator'
      /** Makes the simulator for the provided client and accounts, whose secrets are texts. */
      readonly simulate: (provided: PlainOptions) => Simulator
    }

/** Catches mistakes of untyped callers: an array of features, a feature that was not called, `undefined`. */
export const checkFeatures = (features: readonly (Partial<CTraderFeature> | undefined)[]): void => {
  if (features.some(feature => feature?.kind === undefined))
    throw invalidOption(
      'provideCTrader',
      'takes the results of withAccount(…) and withSimulator(…) as separate arguments',
    )
}

/** The options of the accounts. */
export const accountOptions = (features: readonly CTraderFeature[]): readonly AccountOptions[] => {
  const accounts = features.flatMap(feature =>
    feature.kind === 'account' ? resolveValue('withAccount', feature.options) : [],
  )
  const ids = accounts.map(({ accountId }) => accountId)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined) throw invalidOption('accountId', `${twice} is provided twice`)
  return accounts
}

/**
 * An account for `injectAccount()`. Use it once for each account. Takes the options of `client.account`, or a
 * function that returns them. The function may `inject`, and is called with the first `injectClient()` or
 * `injectAccount()`.
 *
 * ```ts
 * const ACCESS_TOKEN = new InjectionToken<string>('the access token of the user')
 * withAccount(() => ({ accountId: 12345678, accessToken: inject(ACCESS_TOKEN) }))
 * ```
 */
export const withAccount = (options: ValueOrFactory<AccountOptions>): CTraderFeature => ({
  kind: 'account',
  // A function, so that logging the feature does not show the tokens.
  options: () => resolveValue('withAccount', options),
})
