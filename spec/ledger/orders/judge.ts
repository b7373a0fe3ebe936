import type { OrderIntent, JournalEntry } from 'rx-ctrader'
import { accountWrongs } from './judgeAccount'
import { callWrongs, openWrongs } from './judgeCalls'
import { wordWrongs } from './judgeWords'
import { isInDoubt } from './ledgerOf'
import type { Outcome } from './play'

/** Whether it has left under its last name: what was withdrawn, and left on the next line, is there under another id. */
const isLast = (entries: readonly JournalEntry[], { id, payload }: OrderIntent): boolean => {
  if (!('clientOrderId' in payload)) return true
  const same = entries.filter(
    (entry): entry is OrderIntent =>
      entry.state === 'intended' &&
      'clientOrderId' in entry.payload &&
      entry.payload.clientOrderId === payload.clientOrderId,
  )
  return same.at(-1)?.id === id
}

/** The faults in the updates of an order that was to be sent. */
const intendedWrongs = (outcome: Outcome, intent: OrderIntent): string[] => {
  const { record } = outcome
  const { id } = intent
  const words = record.words.get(id) ?? []
  const last = words.at(-1)?.status
  const isOpen = record.open().some(entry => entry.id === id)
  return [
    ...words.flatMap(word =>
      isLast(record.entries, intent) || word.status !== 'notSent'
        ? wordWrongs({ outcome, intent, word })
        : [],
    ),
    ...(isInDoubt(last) && !isOpen ? [`${id} is in doubt, and not open in the journal`] : []),
    ...(isOpen && !isInDoubt(last) ? [`${id} is open in the journal, and said to be ${last}`] : []),
  ]
}

/** What is wrong, in words; nothing where all is well. */
export const wrongs = (outcome: Outcome): string[] => {
  const { broker, calls, isRecovered, record, recoveryError } = outcome
  const intent = record.entries.filter((entry): entry is OrderIntent => entry.state === 'intended')
  return [
    ...(new Set(broker.left).size < broker.left.length ? [`sent twice: ${broker.left.join(' ')}`] : []),
    ...intent.flatMap(one => intendedWrongs(outcome, one)),
    ...calls.flatMap(call => callWrongs(call, outcome)),
    ...openWrongs(outcome),
    ...(recoveryError === undefined ? [] : [`the recovery errors: ${(recoveryError as Error).message}`]),
    ...(isRecovered || recoveryError !== undefined ? [] : ['the recovery has not come to its end']),
    ...accountWrongs(outcome),
  ]
}
