import { invalidRequest } from '../../connection/requests/request'
import { isCommand } from '../../protocol/table'
import { openIn } from './journal'
import type { Intent, JournalEntry } from './journal'

/** What is open in a journal of an account, and the names of the entries that cannot be looked up. */
export interface OpenEntries {
  readonly open: readonly Intent[]
  readonly faulty: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (u: unknown): u is Fields => typeof u === 'object' && u !== null

/** What of an entry is needed to tell whether it is open, and whose it is. */
const isEntry = (u: unknown): u is JournalEntry =>
  isObject(u) &&
  typeof u['id'] === 'string' &&
  typeof u['accountId'] === 'number' &&
  (u['state'] === 'intended' || u['state'] === 'settled')

/** Whether it is what could have been sent. */
const isSendable = ({ at, payload, payloadType }: Intent): boolean =>
  Number.isFinite(at) && isCommand(payloadType) && invalidRequest(payloadType, payload) === undefined

/** Whatever came of a file, or of a database of the user's own: an entry that is none does not keep the others from being looked up. */
export const openEntries = (entries: readonly unknown[], accountId: number): OpenEntries => {
  const open = openIn(entries.filter(isEntry)).filter(entry => entry.accountId === accountId)
  const nameless = entries.flatMap((entry, index) => (isEntry(entry) ? [] : [`number ${index + 1}`]))
  return {
    open: open.filter(isSendable),
    faulty: [...nameless, ...open.filter(entry => !isSendable(entry)).map(({ id }) => id)],
  }
}
