import { ignoreElements, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import type { OpenAccountLists } from '../journal/openAccountLists'
import type { OpenAccount } from '../journal/openAccounts'
import { userKey } from './servedAccount'
import type { Served } from './servedAccount'

/** Keeps accounts open whose orders have no outcome yet, also where no edge needs them. */
export interface Lookups {
  /** Has to complete before an order is written down. */
  readonly beforeOrder: (account: OpenAccount) => Observable<unknown>
  /** Whether an account that the last edge has left stays open, because its orders are looked up. */
  readonly keeps: (accountId: number, account: Served) => boolean
  /** An account whose orders all have an outcome need not be looked up by the next owner. */
  readonly endIfDone: (accountId: number, account: Served) => void
  /** Opens those again that could not be opened. */
  readonly tryAgain: () => void
  /** Opens those of some slots that may have open orders of a former owner, to find out what became of them. */
  readonly recover: (slots: readonly number[]) => Observable<never>
}

/** The accounts of a line, as a lookup needs them. */
export interface LookupContext {
  readonly lists: OpenAccountLists
  readonly find: (accountId: number) => Served | undefined
  /** As for an edge of this name. */
  readonly open: (account: OpenAccount, edge: string) => void
  /** A user of an account does not need it any more. */
  readonly leave: (accountId: number, account: Served, user: string) => void
}

/** Stands for an edge while open orders are looked up. */
const LOOKUP = 'recovery'
const lookupUser = (grantId: string): string => userKey(LOOKUP, grantId)

/** How often an account with open orders is opened where that fails, in ms. */
const SEEK_AGAIN = 60_000

/**
 * An account that an edge needs stays in the list of open ones for so many ms after an order. Who trades often does not
 * wait for the list each time.
 */
const LISTED_FOR = 60_000

export const createLookups = ({ lists, find, open, leave }: LookupContext): Lookups => {
  /** When accounts were opened last because of their open orders, in ms. */
  const soughtAt = new Map<number, number>()
  /** When accounts had their last order, in ms. */
  const orderedAt = new Map<number, number>()

  const isTrading = (accountId: number, { edges, grants }: Served): boolean => {
    const lookups = [...grants].filter(grantId => edges.has(lookupUser(grantId))).length
    return edges.size > lookups && monotonicNow() - (orderedAt.get(accountId) ?? -Infinity) < LISTED_FOR
  }
  /** Stays until the open orders have an outcome. */
  const keep = (account: Served | undefined, grantId: string): void => {
    account?.edges.set(lookupUser(grantId), { grantId, renewedAt: Infinity, seq: 0 })
  }
  const seek = (left: OpenAccount): void => {
    const { accountId, grantId } = left
    soughtAt.set(accountId, monotonicNow())
    open(left, LOOKUP)
    keep(find(accountId), grantId)
  }
  /** What no edge needs may have been closed, or have failed. */
  const seekLeft = (left: OpenAccount): void => {
    const { accountId, grantId } = left
    if (find(accountId)?.edges.has(lookupUser(grantId)) === false) return
    if (monotonicNow() - (soughtAt.get(accountId) ?? -Infinity) >= SEEK_AGAIN) seek(left)
  }

  return {
    beforeOrder: account => {
      orderedAt.set(account.accountId, monotonicNow())
      return lists.add(account)
    },
    keeps: (accountId, account) => {
      const { edges, grantId } = account
      if (edges.size > 0 || !lists.has({ accountId, grantId })) return false
      keep(account, grantId)
      return true
    },
    endIfDone: (accountId, account) => {
      const { commands, edges, grants } = account
      // It may be kept where it is not in the list any more: another process may have written there.
      const sought = [...grants].filter(
        grantId => lists.has({ accountId, grantId }) || edges.has(lookupUser(grantId)),
      )
      if (sought.length === 0 || !commands.isIdle() || isTrading(accountId, account)) return
      commands.lookUpOpen().subscribe({
        next: hasOpen => {
          if (hasOpen || !commands.isIdle() || find(accountId) !== account) return
          for (const grantId of sought) lists.remove({ accountId, grantId })
          soughtAt.delete(accountId)
          for (const grantId of sought) leave(accountId, account, lookupUser(grantId))
        },
        error: () => undefined,
      })
    },
    tryAgain: () => {
      for (const left of lists.all()) seekLeft(left)
    },
    recover: slots =>
      lists.read(slots).pipe(
        tap(accounts => {
          for (const account of accounts) seek(account)
        }),
        ignoreElements(),
      ),
  }
}
