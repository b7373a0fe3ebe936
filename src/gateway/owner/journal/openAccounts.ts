import { AsyncSubject, of, tap } from 'rxjs'
import type { Observable } from 'rxjs'
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
  /** All orders of an account have an outcome. */
  readonly remove: (account: OpenAccount) => void
}

export const createOpenAccounts = (log: BusLog): OpenAccounts => {
  const open = new Map<number, OpenAccount>()
  const chain = fencedChain<Line, readonly OpenAccount[]>(log, {
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
  })
  /** What is written, or about to be. */
  const written = new Map<number, Observable<unknown>>()
  return {
    load: () =>
      chain
        .begun(() => of([...open.values()]))
        .pipe(
          tap(accounts => {
            for (const { accountId } of accounts) written.set(accountId, of(accountId))
          }),
        ),
    add: account => {
      const { accountId } = account
      const known = written.get(accountId)
      if (known) return known
      const writing$ = new AsyncSubject<unknown>()
      written.set(accountId, writing$)
      chain
        .append({ ...account, state: 'open' })
        .pipe(tap({ error: () => written.delete(accountId) }))
        .subscribe(writing$)
      return writing$
    },
    has: accountId => written.has(accountId),
    remove: account => {
      // From now on, the next order writes it again.
      if (!written.delete(account.accountId)) return
      chain.append({ ...account, state: 'done' }).subscribe({ error: () => undefined })
    },
  }
}
