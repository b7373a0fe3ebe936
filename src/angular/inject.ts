import { assertInInjectionContext, computed, inject, untracked } from '@angular/core'
import type { Signal } from '@angular/core'
import { invalidOption } from '../errors'
import type { Account } from '../session/account'
import type { Client } from '../session/client'
import type { Simulator } from '../simulator/simulator'
import type { Accounts, ListedAccount } from './accounts'
import { CTRADER } from './provide'

/**
 * The provided client. Call it in an injection context: in a component's fields or constructor, in a service, in a
 * guard.
 *
 * ```ts
 * const connection = toSignal(injectClient().connection$, { requireSync: true })
 * ```
 */
export const injectClient = (): Client => {
  assertInInjectionContext(injectClient)
  return inject(CTRADER)().client
}

const several = (accounts: readonly Account[]) =>
  invalidOption(
    'accountId',
    `must be given, because there are several: ${accounts.map(one => one.accountId).join(', ')}`,
  )

/** The accounts now. A function that has thrown is asked again at the next call. */
const readAccounts = ({ again, all }: Accounts): readonly Account[] =>
  untracked(() => {
    try {
      return all()
    } catch (error) {
      again()
      throw error
    }
  })

/**
 * The account of `withAccount`, as it is now. If there are several, the one with this id. Throws `InvalidOption` if there
 * is none, or if the id is missing and there are several.
 *
 * If the account follows the user, its streams complete when the user changes. In what lives longer than a user, call
 * `injectCurrentAccount()` instead.
 *
 * ```ts
 * const quote = toSignal(spots(injectAccount(), 'EURUSD'))
 * ```
 */
export const injectAccount = (accountId?: number): Account => {
  assertInInjectionContext(injectAccount)
  const { accounts } = inject(CTRADER)()
  if (accounts.provided === 0 && !accounts.listed)
    throw invalidOption('accountId', 'needs a withAccount(…) in provideCTrader')
  const all = readAccounts(accounts)
  if (all.length === 0)
    throw invalidOption(
      'accountId',
      'is of no account now: no user is logged in, or the accounts are not known yet',
    )
  const [account, another] = all.filter(one => accountId === undefined || one.accountId === accountId)
  const provided = all.map(one => one.accountId).join(', ')
  if (!account) throw invalidOption('accountId', `must be a number that withAccount(…) provides: ${provided}`)
  if (another) throw several(all)
  return account
}

/**
 * The account of the user who is logged in, as a signal that follows logins. `undefined` while there is none, while several
 * are provided and none is chosen, and on the server. Of several accounts it is the one with this id. The id may be a
 * function that reads signals, for an account that the user chooses.
 *
 * ```ts
 * const chosen = signal<number | undefined>(undefined)
 * const account = injectCurrentAccount(chosen)
 * ```
 */
export const injectCurrentAccount = (
  accountId?: number | (() => number | undefined),
): Signal<Account | undefined> => {
  assertInInjectionContext(injectCurrentAccount)
  const { accounts, isOnServer } = inject(CTRADER)()
  if (accounts.provided === 0 && !accounts.listed)
    throw invalidOption('accountId', 'needs a withAccount(…) or a withAccounts() in provideCTrader')
  return computed(() => {
    const wanted = typeof accountId === 'function' ? accountId() : accountId
    const all = isOnServer ? [] : accounts.all()
    if (wanted !== undefined) return all.find(one => one.accountId === wanted)
    if (accountId === undefined && accounts.provided > 1 && all.length > 1) throw several(all)
    return all.length === 1 ? all[0] : undefined
  })
}

/**
 * The accounts of the user, as the server lists them, for `withAccounts`. `undefined` until they are known, after a logout,
 * and on the server. Throws `InvalidOption` without `withAccounts`.
 *
 * ```ts
 * const accounts = injectAccounts()
 * ```
 */
export const injectAccounts = (): Signal<readonly ListedAccount[] | undefined> => {
  assertInInjectionContext(injectAccounts)
  const { listed } = inject(CTRADER)().accounts
  if (!listed) throw invalidOption('accounts', 'needs a withAccounts() in provideCTrader')
  return listed
}

/**
 * The simulator of `withSimulator`: make it fail, move its market, inspect it. Throws `InvalidOption` if there is
 * none.
 *
 * ```ts
 * const broker = injectSimulator()
 * const cutTheLine = () => broker.drop()
 * ```
 */
export const injectSimulator = (): Simulator => {
  assertInInjectionContext(injectSimulator)
  const { simulator } = inject(CTRADER)()
  if (!simulator) throw invalidOption('simulator', 'needs a withSimulator(…) in provideCTrader')
  return simulator
}
