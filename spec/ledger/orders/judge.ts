import type { Intended, JournalEntry } from 'rx-ctrader'
import type { Call } from './calls'
import { accountWrongs } from './judgeAccount'
import { wordWrongs } from './judgeWords'
import { isFindable, isInDoubt, wasDone } from './ledgerOf'
import { HORIZON } from './play'
import type { Outcome } from './play'

/** Whether it has left under its last name: what was withdrawn, and left on the next line, is there under another id. */
const isLast = (entries: readonly JournalEntry[], { id, payload }: Intended): boolean => {
  if (!('clientOrderId' in payload)) return true
  const same = entries.filter(
    (entry): entry is Intended =>
      entry.state === 'intended' &&
      'clientOrderId' in entry.payload &&
      entry.payload.clientOrderId === payload.clientOrderId,
  )
  return same.at(-1)?.id === id
}

/** Whether its caller has left, or closes several things of which another was told of as the first to fail. */
const isGivenUp = (calls: readonly Call[], id: string): boolean =>
  calls.some(
    ({ act, ids, state }) =>
      ids.includes(id) && (state === 'left' || (state === 'error' && act.kind === 'closeAll')),
  )

/** What is said of what was to be sent. */
const intendedWrongs = (outcome: Outcome, intended: Intended): string[] => {
  const { record } = outcome
  const { id } = intended
  const words = record.words.get(id) ?? []
  const last = words.at(-1)?.status
  const isOpen = record.open().some(entry => entry.id === id)
  return [
    ...words.flatMap(word =>
      isLast(record.entries, intended) || word.status !== 'notSent'
        ? wordWrongs({ outcome, intended, word })
        : [],
    ),
    ...(isInDoubt(last) && !isOpen ? [`${id} is in doubt, and not open in the journal`] : []),
    ...(isInDoubt(last) && isFindable(outcome, intended) && wasDone(outcome, id)
      ? [`${id} was done, and is not found`]
      : []),
    ...(isOpen && !isInDoubt(last) ? [`${id} is open in the journal, and said to be ${last}`] : []),
  ]
}

/** What callers wait for, or were told that is no outcome. */
const callWrongs = (
  { act, state, reason, updates, endedAt }: Call,
  { atHorizon, broker }: Outcome,
): string[] => {
  const told = `${JSON.stringify(act)} ${updates.map(({ status }) => status).join()}`
  if (state === 'error' && !['notSent', 'NotFound', 'InvalidOrder'].includes(reason ?? ''))
    return [`${told} errors with ${reason}`]
  if (state === 'open') return [`a caller still waits in the end: ${told}`]
  const { orderId } = updates.filter(update => update.orderId !== undefined).at(-1) ?? {}
  const isWaiting = act.kind === 'place' && atHorizon.waiting.some(({ id }) => id === orderId)
  return endedAt > HORIZON && !isWaiting && broker.commands.length > 0
    ? [`a caller still waited at the horizon: ${told}`]
    : []
}

/** Of what is open at the horizon it is known that it is in doubt, or waits for its price. */
const openWrongs = ({ atHorizon: { open, waiting }, calls, record }: Outcome): string[] =>
  open.flatMap(({ id, payload }) => {
    const name = 'clientOrderId' in payload ? payload.clientOrderId : id
    const said = record.words
      .get(id)
      ?.filter(({ at }) => at < HORIZON)
      .at(-1)?.status
    const isWaiting = waiting.some(({ clientOrderId }) => clientOrderId === name)
    return isInDoubt(said) || isWaiting || isGivenUp(calls, id)
      ? []
      : [`${id} is open in the journal at the horizon, and said to be ${said}`]
  })

/** What is wrong, in words; nothing where all is well. */
export const wrongs = (outcome: Outcome): string[] => {
  const { broker, calls, isRecovered, record, recoveryError } = outcome
  const intended = record.entries.filter((entry): entry is Intended => entry.state === 'intended')
  return [
    ...(new Set(broker.left).size < broker.left.length ? [`sent twice: ${broker.left.join(' ')}`] : []),
    ...intended.flatMap(one => intendedWrongs(outcome, one)),
    ...calls.flatMap(call => callWrongs(call, outcome)),
    ...openWrongs(outcome),
    ...(recoveryError === undefined ? [] : [`the recovery errors: ${(recoveryError as Error).message}`]),
    ...(isRecovered || recoveryError !== undefined ? [] : ['the recovery has not come to its end']),
    ...accountWrongs(outcome),
  ]
}
