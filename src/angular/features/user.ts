import { Injector, computed, effect, inject, runInInjectionContext, untracked } from '@angular/core'
import type { Client } from '../../session/client'
import type { CTraderFeature } from './features'

/**
 * The user who is logged in, as a function that reads signals. When it gives another value, the client is logged out: its
 * line closes at once. Then the client asks for a ticket of the new user. While it gives `undefined` or `null`, no user is
 * logged in, and the client stays logged out.
 *
 * ```ts
 * const SESSION = new InjectionToken<{ readonly userId: Signal<string | undefined> }>('the session')
 * provideCTrader(withGateway('/ctrader'), withAccounts(), withUser(() => inject(SESSION).userId()))
 * ```
 */
export const withUser = (user: () => unknown): CTraderFeature => ({ kind: 'user', user })

/** The user now. To be called in an injection context. */
export const readUser = (features: readonly CTraderFeature[]): (() => unknown) | undefined => {
  const injector = inject(Injector)
  const user = features.flatMap(feature => (feature.kind === 'user' ? feature.user : [])).at(-1)
  return user && computed(() => runInInjectionContext(injector, user) ?? undefined)
}

/**
 * Logs the client out when the user changes. To be called in an injection context. What it returns does so at once, for
 * what cannot wait for an effect.
 */
export const followUser = (client: Client, now: () => unknown): (() => void) => {
  const injector = inject(Injector)
  let current = untracked(now)
  if (current === undefined) client.logout()
  const change = (next: unknown): void => {
    if (Object.is(next, current)) return
    current = next
    client.logout()
    if (next !== undefined) client.retry()
  }
  effect(
    () => {
      const next = now()
      untracked(() => {
        change(next)
      })
    },
    { injector },
  )
  return () => {
    change(untracked(now))
  }
}
