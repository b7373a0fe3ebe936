import { assertInInjectionContext, inject } from '@angular/core'
import { invalidOption } from '../errors'
import type { Account } from '../session/account'
import type { Client } from '../session/client'
import type { Simulator } from '../simulator/simulator'
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

/**
 * The account of `withAccount`. If there are several, the one with this id. Throws `InvalidOption` if there is
 * none, or if the id is missing and there are several. For an account that the user chooses later, use
 * `injectClient().account(…)`.
 *
 * ```ts
 * const quote = toSignal(spots(injectAccount(), 'EURUSD'))
 * ```
 */
export const injectAccount = (accountId?: number): Account => {
  assertInInjectionContext(injectAccount)
  const { accounts } = inject(CTRADER)()
  if (accounts.length === 0) throw invalidOption('accountId', 'needs a withAccount(…) in provideCTrader')
  const [account, another] = accounts.filter(one => accountId === undefined || one.accountId === accountId)
  const provided = accounts.map(one => one.accountId).join(', ')
  if (!account) throw invalidOption('accountId', `must be a number that withAccount(…) provides: ${provided}`)
  if (another) throw invalidOption('accountId', `must be given, because there are several: ${provided}`)
  return account
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
