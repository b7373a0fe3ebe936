import { assertInInjectionContext, inject } from '@angular/core'
import { invalidOption } from '../errors'
import type { Account } from '../session/account'
import type { Client } from '../session/client'
import type { Simulator } from '../simulator/simulator'
import { CTRADER } from './provide'

/**
 * The client that is provided. In an injection context: a component's fields and constructor, a service's, a guard.
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
 * The account of `withAccount`; where there are several, the one with this id. Throws `InvalidOption` where there is
 * none, or no telling which. For an account that only a user's choice brings, there is `injectClient().account(…)`.
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
 * The simulator of `withSimulator`, to make it fail, to move its market, to look into it. Throws `InvalidOption`
 * where there is none.
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
