import type { Signal } from '@angular/core'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { AccountOptions } from '../../session/options'
import type { Simulator } from '../../simulator/simulator'
import type { PlainOptions } from './credentials'

/** A value, or a function that is called in the injection context, for what is known at run time only. */
export type ValueOrFactory<T> = T | (() => T)

/** What gives the account of the user who is logged in. */
export type AccountSource =
  AccountOptions | undefined | Signal<AccountOptions | undefined> | Observable<AccountOptions | undefined>

/** The value. Throws `InvalidOption` with the name of the receiving function if there is none, as before a login. */
export const resolveValue = <T extends object>(whose: string, given: ValueOrFactory<T>): T => {
  const value: unknown = typeof given === 'function' ? given() : given
  if (typeof value === 'object' && value !== null) return value as T
  throw invalidOption(whose, 'needs options, or a function that returns them')
}

/** A part of `provideCTrader`, from `withAccount`, `withAccounts`, `withUser` or `withSimulator`. */
export type CTraderFeature =
  | {
      readonly kind: 'account'
      /** What gives the options of the account. Called in the injection context. */
      readonly source: () => AccountSource
      /** Whether the source is a function, which may give another account later. */
      readonly follows: boolean
    }
  | { readonly kind: 'accounts'; readonly accessToken: string | undefined }
  | {
      readonly kind: 'user'
      /** The user who is logged in: another value is another user. */
      readonly user: () => unknown
    }
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

/**
 * An account for `injectAccount()`. Use it once for each account. Takes the options of `client.account`, or a function
 * that returns them. The function may `inject`.
 *
 * The account follows the function. If it reads signals, it is called again when they change. It may also return a signal
 * or an observable of options. `undefined` means that no user is logged in.
 *
 * When the account changes, all streams of the former one complete, and it is logged out at the server (2162).
 *
 * ```ts
 * const SESSION = new InjectionToken<{ readonly user: Signal<AccountOptions | undefined> }>('the session')
 * withAccount(() => inject(SESSION).user())
 * ```
 */
export const withAccount = (options: AccountOptions | (() => AccountSource)): CTraderFeature => ({
  kind: 'account',
  follows: typeof options === 'function',
  // A function, so that logging the feature does not show the tokens.
  source:
    typeof options === 'function' ? options : () => resolveValue<AccountOptions>('withAccount', options),
})

/** What `withAccounts` needs to know. */
export interface AccountsOptions {
  /** The access token of the accounts, at cTrader itself. A gateway does not look at it. */
  readonly accessToken?: string
}

/**
 * All accounts of the user, as the server lists them: `injectAccounts()` (2149). They are asked for at each line, so also
 * after each login.
 *
 * ```ts
 * provideCTrader(withGateway('/ctrader'), withAccounts())
 * ```
 */
export const withAccounts = ({ accessToken }: AccountsOptions = {}): CTraderFeature => ({
  kind: 'accounts',
  accessToken,
})
