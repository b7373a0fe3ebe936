import { invalidRequest } from '../../connection/requests/request'
import { isCommand } from '../../protocol/table'
import { openIntents } from './journal'
import type { OrderIntent, JournalEntry } from './journal'

/** The open entries of an account, and the names of the malformed ones. */
export interface OpenEntries {
  readonly open: readonly OrderIntent[]
  readonly faulty: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (u: unknown): u is Fields => typeof u === 'object' && u !== null

/** Whether an entry has the fields that tell whether it is open, and whose it is. */
const isEntry = (u: unknown): u is JournalEntry =>
  isObject(u) &&
  typeof u['id'] === 'string' &&
  typeof u['accountId'] === 'number' &&
  (u['state'] === 'intended' || u['state'] === 'settled')

/** Whether it could have been sent. */
const isSendable = ({ at, payload, payloadType }: OrderIntent): boolean =>
  Number.isFinite(at) && isCommand(payloadType) && invalidRequest(payloadType, payload) === undefined

/** Journal content is untrusted: skip malformed entries instead of failing the rest. */
export const openEntries = (entries: readonly unknown[], accountId: number): OpenEntries => {
  const open = openIntents(entries.filter(isEntry)).filter(entry => entry.accountId === accountId)
  const nameless = entries.flatMap((entry, index) => (isEntry(entry) ? [] : [`number ${index + 1}`]))
  return {
    open: open.filter(isSendable),
    faulty: [...nameless, ...open.filter(entry => !isSendable(entry)).map(({ id }) => id)],
  }
}
