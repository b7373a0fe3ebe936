import { AsyncSubject, of, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { isFenced } from '../../bus/bus'
import type { BusLog } from '../../bus/bus'
import { fencedChain } from './fencedChain'

export interface OpenAccount {
  readonly accountId: number
  readonly grantId: string
}

type Line = OpenAccount & { readonly state: 'open' | 'done' }

/** The accounts that may have open orders: so who takes them over need not read the journals of all others. */
export interface OpenAccounts {
  /** Those that the former owner has left. */
  readonly load: () => Observable<readonly OpenAccount[]>
  /** Emits when it is written that an account may have open orders. */
  readonly add: (account: OpenAccount) => Observable<unknown>
  readonly has: (accountId: number) => boolean
  /** Those that may have open orders, as far as it is known. */
  readonly all: () => readonly OpenAccount[]
  /** All orders of an account have an outcome. */
  readonly remove: (account: OpenAccount) => void
}

export interface OpenAccountsOptions {
  /** Whether certainly no other process owns the accounts. */
  readonly isSure: () => boolean
  /** Another process has written. From now on, this list can do nothing. */
  readonly onFenced: () => void
}

/** What is written of an account, or about to be. */
interface Written {
  readonly account: OpenAccount
  readonly writing$: Observable<unknown>
}

export const createOpenAccounts = (log: BusLog, { isSure, onFenced }: OpenAccountsOptions): OpenAccounts => {
  const open = new Map<number, OpenAccount>()
  const chain = fencedChain<Line, readonly OpenAccount[]>(
    log,
    {
      note: ({ accountId, grantId, state }) => {
        if (accountId === undefined || grantId === undefined) return
        if (state === 'open') open.set(accountId, { accountId, grantId })
        else open.delete(accountId)
      },
      restore: accounts => {
        open.clear()
        for (const account of accounts) open.set(account.accountId, account)
      },
      snapshot: () => [...open.values()],
    },
    isSure,
  )
  const written = new Map<number, Written>()
  const error = (error: unknown): void => {
    if (isFenced(error)) onFenced()
  }
  return {
    load: () =>
      chain
        .begun(() => of([...open.values()]))
        .pipe(
          tap({
            next: accounts => {
              for (const account of accounts)
                written.set(account.accountId, { account, writing$: of(account.accountId) })
            },
            error,
          }),
        ),
    add: account => {
      const { accountId } = account
      const known = written.get(accountId)
      if (known) return known.writing$
      const writing$ = new AsyncSubject<unknown>()
      written.set(accountId, { account, writing$ })
      chain
        .append({ ...account, state: 'open' })
        .pipe(tap({ error: () => written.delete(accountId) }), tap({ error }))
        .subscribe(writing$)
      return writing$
    },
    has: accountId => written.has(accountId),
    all: () => [...written.values()].map(({ account }) => account),
    remove: account => {
      // From now on, the next order writes it again.
      if (!written.delete(account.accountId)) return
      chain.append({ ...account, state: 'done' }).subscribe({ error })
    },
  }
}
