import { Injector, NgZone, inject, runInInjectionContext, untracked } from '@angular/core'
import {
  EMPTY,
  Observable,
  defaultIfEmpty,
  defer,
  distinctUntilChanged,
  filter,
  map,
  of,
  startWith,
  switchMap,
  take,
  tap,
  timeout,
} from 'rxjs'
import { checkDuration, checkNames } from '../options'
import type { Account } from '../session/account'
import type { AuthState, ConnectionState } from '../session/state/state'
import { injectCurrentAccount } from './inject'
import { CTRADER } from './provide'

/** The last state that a guard has seen. `idle`: no user is logged in. */
export type GuardedState = AuthState | ConnectionState | { readonly status: 'authenticated' }

/** Settings of `authenticatedGuard`. */
export interface AuthenticatedGuardOptions<R> {
  /**
   * What the guard gives where there is no authenticated account, usually a `UrlTree`. Called in the injection context of
   * the guard. Default `false`.
   */
  readonly otherwise?: (state: GuardedState) => R
  /** How long the guard waits for the account, in ms. Default 10 000. */
  readonly timeout?: number
}

/** Settings of `accountResolver`. */
export interface AccountResolverOptions {
  /**
   * Which account, if the user has several: its id, or a function that gives the id at each navigation. It is called in
   * the injection context of the resolver.
   */
  readonly accountId?: number | (() => number | undefined)
  /** How long the resolver waits for the value, in ms. Default 10 000. */
  readonly timeout?: number
}

const PATIENCE = 10_000

/** Emits in the zone of who subscribes: the router goes on from there. */
const inZone = <T>(source$: Observable<T>, zone: NgZone | null): Observable<T> =>
  zone
    ? new Observable(subscriber =>
        source$.subscribe({
          next: value => {
            zone.run(() => {
              subscriber.next(value)
            })
          },
          error: (error: unknown) => {
            zone.run(() => {
              subscriber.error(error)
            })
          },
          complete: () => {
            zone.run(() => {
              subscriber.complete()
            })
          },
        }),
      )
    : source$

/** The account from now on. To be called in an injection context. */
const injectAccountChanges = (
  accountId?: AccountResolverOptions['accountId'],
): Observable<Account | undefined> => {
  const account = injectCurrentAccount(accountId)
  const { accounts, checkUser } = inject(CTRADER)()
  // A navigation often comes right after a login.
  checkUser()
  return defer(() =>
    accounts.change$.pipe(
      startWith(undefined),
      map(() => untracked(account)),
      // Without an account, each change may tell more.
      distinctUntilChanged((a, b) => a === b && a !== undefined),
    ),
  )
}

/** What a guard decides by, from now on. */
const injectStates = (): Observable<GuardedState> => {
  const { accounts, client } = inject(CTRADER)()
  const { listed } = accounts
  // A user with several accounts is logged in before one is chosen.
  const isLoggedIn = (): boolean => listed !== undefined && (untracked(listed) ?? []).length > 0
  const ofClient$ = client.connection$.pipe(
    filter(({ status }) => status !== 'idle'),
    map(state =>
      state.status === 'connected' && isLoggedIn() ? ({ status: 'authenticated' } as const) : state,
    ),
  )
  return injectAccountChanges().pipe(
    switchMap((account): Observable<GuardedState> => {
      if (account) return account.authenticated$
      return listed ? ofClient$ : of({ status: 'idle' })
    }),
  )
}

/** The states that do not change by waiting. */
const final: ReadonlySet<GuardedState['status']> = new Set([
  'authenticated',
  'failed',
  'idle',
  'loginRequired',
])

/**
 * A guard that opens a route when the account is authenticated, for `canActivate` and `canMatch`. It waits while the client
 * connects. It does not open the route if a login is required, if no user is logged in, if the account has failed, or if it
 * has waited for `timeout`.
 *
 * On the server, and when a page is prerendered, it opens the route at once: nothing connects there, so the page has no
 * data. The guard decides again in the browser.
 *
 * ```ts
 * const route = { path: 'trade', canActivate: [authenticatedGuard()] }
 * ```
 */
export const authenticatedGuard = <R = false>(
  options: AuthenticatedGuardOptions<R> = {},
): (() => Observable<R | boolean>) => {
  checkNames(options, { otherwise: true, timeout: true })
  const { otherwise = () => false, timeout: patience = PATIENCE } = options
  checkDuration('timeout', patience)
  return () => {
    const { isOnServer } = inject(CTRADER)()
    if (isOnServer) return of(true)
    const zone = inject(NgZone, { optional: true })
    const injector = inject(Injector)
    const states$ = injectStates()
    let last: GuardedState = { status: 'connecting' }
    /** Without a state, the application has ended. */
    const decide = (state: GuardedState | undefined): R | boolean => {
      if (!state) return false
      return state.status === 'authenticated' || runInInjectionContext(injector, () => otherwise(state))
    }
    const decided$ = states$.pipe(
      tap(state => {
        last = state
      }),
      filter(({ status }) => final.has(status)),
      take(1),
      timeout({ first: patience, with: () => of(last) }),
      defaultIfEmpty(undefined),
    )
    return inZone(decided$, zone).pipe(map(decide))
  }
}

/**
 * A resolver with the first value of a stream of the current account, for `resolve`. It waits for the account, too. If the
 * stream errors, so does the navigation. It gives `undefined` where there is no value:
 *
 * - after `timeout`
 * - at once, if the user has several accounts and none is chosen
 * - at once on the server, where nothing connects
 *
 * The router keeps the value when the user or the choice changes, until the next navigation.
 *
 * ```ts
 * const route = { path: 'trade', resolve: { trader: accountResolver(trader) } }
 * ```
 */
export const accountResolver = <T>(
  stream: (account: Account) => Observable<T>,
  options: AccountResolverOptions = {},
): (() => Observable<T | undefined>) => {
  checkNames(options, { accountId: true, timeout: true })
  const { accountId, timeout: patience = PATIENCE } = options
  checkDuration('timeout', patience)
  return () => {
    const { accounts, isOnServer } = inject(CTRADER)()
    if (isOnServer) return of(undefined)
    const chosen = typeof accountId === 'function' ? accountId() : accountId
    // The user chooses on a page, so waiting brings no choice.
    const areKnown = (): boolean => untracked(accounts.all).length > 0
    const value$ = injectAccountChanges(accountId === undefined ? undefined : () => chosen).pipe(
      switchMap((account): Observable<T | undefined> => {
        if (account) return stream(account)
        return areKnown() ? of(undefined) : EMPTY
      }),
      take(1),
      timeout({ first: patience, with: () => of(undefined) }),
      defaultIfEmpty(undefined),
    )
    return inZone(value$, inject(NgZone, { optional: true }))
  }
}
