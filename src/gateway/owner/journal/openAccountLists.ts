import { EMPTY, Subject, defer, from, merge, mergeMap, retry } from 'rxjs'
import type { Observable } from 'rxjs'
import type { BusLog } from '../../bus/bus'
import { grantSlot } from '../../bus/subjects'
import { createOpenAccounts } from './openAccounts'
import type { OpenAccount, OpenAccounts } from './openAccounts'

/**
 * The accounts that may have open orders, in several lists: those that always move to another owner together share one.
 * A gateway without logs keeps no lists.
 */
export interface OpenAccountLists {
  /** Completes when it is written that an account may have open orders. */
  readonly add: (account: OpenAccount) => Observable<unknown>
  readonly has: (account: OpenAccount) => boolean
  /** Those that may have open orders, as far as it is known. */
  readonly all: () => readonly OpenAccount[]
  /** All orders of an account have an outcome. */
  readonly remove: (account: OpenAccount) => void
  /**
   * Those that a former owner of some slots has left; those of a slot again when another process has written into its
   * list. A list that cannot be read is tried again. Never completes or errors.
   */
  readonly read: (slots: readonly number[]) => Observable<readonly OpenAccount[]>
}

/** After how many ms a list is read again where that has failed. */
const RETRY_AFTER = 1_000

export const createOpenAccountLists = (
  isSure: () => boolean,
  openLog?: (slot: number) => BusLog,
): OpenAccountLists => {
  const lists = new Map<number, OpenAccounts>()
  /** The slots in whose list another process has written. */
  const fenced$ = new Subject<number>()

  const listOf = (slot: number): OpenAccounts | undefined => {
    const known = lists.get(slot)
    if (known || !openLog) return known
    const list = createOpenAccounts(openLog(slot), {
      isSure,
      onFenced: () => {
        if (lists.get(slot) !== list) return
        lists.delete(slot)
        fenced$.next(slot)
      },
    })
    lists.set(slot, list)
    return list
  }
  const listWith = ({ grantId }: OpenAccount): OpenAccounts | undefined => listOf(grantSlot(grantId))

  return {
    add: account => listWith(account)?.add(account) ?? EMPTY,
    has: account => listWith(account)?.has(account.accountId) === true,
    all: () => [...lists.values()].flatMap(list => list.all()),
    remove: account => {
      listWith(account)?.remove(account)
    },
    read: slots =>
      merge(from(slots), fenced$).pipe(
        mergeMap(slot => defer(() => listOf(slot)?.load() ?? EMPTY).pipe(retry({ delay: RETRY_AFTER }))),
      ),
  }
}
