import type { OpenAccount } from '../journal/openAccounts'
import type { Served } from './servedAccount'

/** The orders of a line that have no end. */
export interface LineOrders {
  /** Those that wait for their answer. */
  readonly running: number
  /** Those that are looked up, because their outcome is not known. */
  readonly lookup: number
  /** The accounts that may have one, and cannot be looked up, because they are not authenticated. */
  readonly unsettled: number
  /** Whether a journal could not be written lately. */
  readonly isJournalFailing: boolean
}

/** `left` are the accounts that may have open orders. */
export const lineOrders = (served: ReadonlyMap<number, Served>, left: readonly OpenAccount[]): LineOrders => {
  const all = [...served.values()].map(({ commands }) => commands)
  return {
    running: all.reduce((sum, { count }) => sum + count(), 0),
    lookup: all.reduce((sum, { lookups }) => sum + lookups(), 0),
    unsettled: left.filter(({ accountId }) => !served.get(accountId)?.owned.link()).length,
    isJournalFailing: all.some(({ isJournalFailing }) => isJournalFailing()),
  }
}
