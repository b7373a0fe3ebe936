import { BehaviorSubject, Subject, defer, finalize, from, merge, tap } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { AccountSession } from './state/state'

/** An account from its first subscriber to its last. */
export interface AccountUse {
  readonly accountId: number
  /** Its states, the current one at once. Completes when its last subscriber has left. */
  readonly session$: Observable<AccountSession>
}

/** The accounts that have subscribers. */
export interface AccountUses {
  /** Counts an account as used while its sessions have subscribers. The account is kept, too. */
  readonly note: (account: { readonly accountId: number }) => MonoTypeOperatorFunction<AccountSession>
  /** Those of now at once, then each when it is used. */
  readonly use$: Observable<AccountUse>
}

export const createAccountUses = (): AccountUses => {
  const uses = new Map<object, AccountUse>()
  const use$ = new Subject<AccountUse>()
  return {
    note: account => source =>
      defer(() => {
        const session$ = new BehaviorSubject<AccountSession>({ status: 'connecting' })
        const use = { accountId: account.accountId, session$ }
        uses.set(account, use)
        use$.next(use)
        return source.pipe(
          tap(session => {
            session$.next(session)
          }),
          finalize(() => {
            uses.delete(account)
            session$.complete()
          }),
        )
      }),
    use$: defer(() => merge(from([...uses.values()]), use$)),
  }
}
