import {
  ApplicationRef,
  DestroyRef,
  Injector,
  computed,
  effect,
  inject,
  isSignal,
  runInInjectionContext,
  signal,
  untracked,
} from '@angular/core'
import type { Signal } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { EMPTY, Subject, catchError, filter, isObservable, map, merge, retry, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../errors'
import type { ProtoOACtidTraderAccount } from '../protocol/messages/account'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import type { Client } from '../session/client'
import type { AccountOptions } from '../session/options'
import { oncePer } from '../util/oncePer'
import type { BoundClient, LentAccount } from './client/client'
import type { Texts } from './features/credentials'
import type { AccountSource, CTraderFeature } from './features/features'

/** An account as the server lists it, of `injectAccounts()`. */
export type ListedAccount = ProtoOACtidTraderAccount

type AccountFeature = Extract<CTraderFeature, { readonly kind: 'account' }>

/** The options of the accounts that are provided now. */
export interface GivenAccounts {
  readonly options: Signal<readonly AccountOptions[]>
  /** Calls the functions again that have thrown. */
  readonly again: () => void
}

const checkOnce = (accounts: readonly AccountOptions[]): readonly AccountOptions[] => {
  const ids = accounts.map(({ accountId }) => accountId)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined) throw invalidOption('accountId', `${twice} is provided twice`)
  return accounts
}

/** The options that the features give now. */
export const givenAccounts = (features: readonly AccountFeature[]): GivenAccounts => {
  const injector = inject(Injector)
  const attempt = signal(0)
  // A subscription belongs to no reader of the signal.
  const asSignal = oncePer((source$: Observable<AccountOptions | undefined>) =>
    untracked(() => toSignal(source$, { injector })),
  )
  const now = (source: AccountSource): AccountOptions | undefined => {
    if (isSignal(source)) return source()
    return isObservable(source) ? asSignal(source)() : source
  }
  const read = ({ source }: AccountFeature): readonly AccountOptions[] => {
    const options: unknown = now(runInInjectionContext(injector, source))
    if (options === undefined || options === null) return []
    if (typeof options !== 'object')
      throw invalidOption('withAccount', 'needs options, or a function that returns them')
    return [options as AccountOptions]
  }
  return {
    options: computed(() => {
      attempt()
      return checkOnce(features.flatMap(read))
    }),
    again: () => {
      attempt.update(n => n + 1)
    },
  }
}

interface ListOfUser {
  /** The user who was logged in then. */
  readonly of: unknown
  readonly accounts: readonly ListedAccount[]
}

/** The accounts of the user, as the server lists them at each line. None after a logout. */
const listedAccounts = (
  { appAuth$, connection$, request, retried$ }: Client,
  accessToken: string,
  user: () => unknown,
): Observable<ListOfUser | undefined> =>
  merge(
    appAuth$.pipe(
      retry({ delay: () => retried$ }),
      switchMap(() => {
        const of = untracked(user)
        return request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
          map(({ ctidTraderAccount: accounts = [] }) => ({ of, accounts })),
          catchError(() => EMPTY),
        )
      }),
    ),
    connection$.pipe(
      filter(state => 'cause' in state && state.cause.reason === 'SessionEnded'),
      map(() => undefined),
    ),
  )

/** The accounts of an application. */
export interface Accounts {
  readonly all: Signal<readonly Account[]>
  /** Emits when `all` may have changed. */
  readonly change$: Observable<unknown>
  /** What the server lists; `undefined` without `withAccounts`. */
  readonly listed: Signal<readonly ListedAccount[] | undefined> | undefined
  /** How many times `withAccount` is there. */
  readonly provided: number
  readonly again: () => void
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

/** Lends accounts as long as they are provided. To be called in an injection context. */
export const followAccounts = (
  { client, lend }: BoundClient,
  { again, options }: GivenAccounts,
  features: readonly CTraderFeature[],
  { texts, user }: { readonly texts: Texts | undefined; readonly user: () => unknown },
): Accounts => {
  const injector = inject(Injector)
  const hasEffects = inject(ApplicationRef, { optional: true }) !== null
  const lists = features.flatMap(feature =>
    feature.kind === 'accounts' ? (feature.accessToken ?? (texts ? 'demo' : 'gateway')) : [],
  )
  const accessToken = lists.at(-1) ?? ''
  const list =
    lists.length === 0
      ? undefined
      : untracked(() => toSignal(listedAccounts(client, accessToken, user), { injector }))
  // Also before an effect has logged the client out.
  const listed = list && computed(() => (list()?.of === user() ? list()?.accounts : undefined))
  const change$ = new Subject<void>()
  inject(DestroyRef).onDestroy(() => {
    change$.complete()
  })
  const held = new Set<LentAccount>()

  const lent = computed(
    () => {
      const ofUser = (listed?.() ?? []).map(({ ctidTraderAccountId: accountId }) => ({
        accountId,
        accessToken,
      }))
      return [...options(), ...ofUser].map(given => {
        const one = lend(texts ? texts.account(given) : given)
        held.add(one)
        return one
      })
    },
    { equal: isSame },
  )
  /** Ends those that are not provided any more. */
  const settle = (now: readonly LentAccount[]): void => {
    for (const one of [...held].filter(other => !now.includes(other))) {
      held.delete(one)
      one.end()
    }
    change$.next()
  }
  const current = (): readonly LentAccount[] => {
    try {
      return lent()
    } catch {
      // Who reads it gets the error.
      return []
    }
  }
  if (hasEffects)
    untracked(() =>
      effect(
        () => {
          const now = current()
          untracked(() => {
            settle(now)
          })
        },
        { injector },
      ),
    )
  return {
    all: computed(() => lent().map(({ account }) => account), { equal: isSame }),
    change$,
    listed,
    provided: features.filter(({ kind }) => kind === 'account').length,
    again,
  }
}
