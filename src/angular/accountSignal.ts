import { assertInInjectionContext, computed, effect, signal, untracked } from '@angular/core'
import type { Signal } from '@angular/core'
import { retry, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'
import { injectClient, injectCurrentAccount } from './inject'

/** What came last, and its account. */
interface Seen<T> {
  readonly account: Account
  readonly value?: T
  readonly failure?: { readonly error: unknown }
}

/**
 * The latest value of a stream of the current account, as a signal. It is `undefined` before the first value, while there
 * is no account, and on the server. When the account changes, the value of the former one is gone at once, before any view
 * is drawn.
 *
 * If the stream errors, reading the signal throws, until `client.retry()` brings a new value.
 *
 * ```ts
 * const quote = accountSignal(account => spots(account, 'EURUSD'))
 * ```
 */
export const accountSignal = <T>(
  stream: (account: Account) => Observable<T>,
  account?: Signal<Account | undefined>,
): Signal<T | undefined> => {
  assertInInjectionContext(accountSignal)
  const current = account ?? injectCurrentAccount()
  const { retried$ } = injectClient()
  const seen = signal<Seen<T> | undefined>(undefined)
  effect(onCleanup => {
    const now = current()
    if (!now) return
    const fail = (error: unknown): void => {
      seen.set({ account: now, failure: { error } })
    }
    const subscription = untracked(() =>
      stream(now)
        .pipe(tap({ error: fail }), retry({ delay: () => retried$ }))
        .subscribe(value => {
          seen.set({ account: now, value })
        }),
    )
    onCleanup(() => {
      subscription.unsubscribe()
    })
  })
  return computed(() => {
    const now = current()
    const last = seen()
    if (!last || last.account !== now) return undefined
    if (last.failure) throw last.failure.error
    return last.value
  })
}
