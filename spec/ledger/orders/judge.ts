import type { Intended, JournalEntry } from 'rx-ctrader'
import type { Order } from '../records'
import { accountWrongs } from './judgeAccount'
import type { Call, Outcome, Told } from './play'

/** What may be told last of an order that has ended so. */
const toldOf: Readonly<Record<number, readonly string[]>> = {
  2: ['filled', 'protected'],
  3: ['rejected'],
  4: ['expired', 'protected'],
  5: ['cancelled', 'protected'],
}

/** What says that nothing was done. */
const NOTHING = ['notSent', 'rejected']
/** What says that it is not known. */
const IN_DOUBT = ['NotFound', 'notFound']

interface Case {
  readonly outcome: Outcome
  readonly intended: Intended
  readonly told: Told
}

const orderNamed = ({ broker }: Outcome, name: string): Order[] =>
  broker.ledger.all('order').filter(({ clientOrderId, kind }) => clientOrderId === name && kind !== 4)

const wasDone = ({ broker }: Outcome, id: string): boolean =>
  broker.commands.some(({ clientMsgId, isDone }) => clientMsgId === id && isDone === true)

/** Whether it was refused because all was so already, which may be told as done or as not. */
const wasNeedless = ({ broker }: Outcome, id: string): boolean =>
  broker.commands.some(({ clientMsgId, isNeedless }) => clientMsgId === id && isNeedless === true)

/** What is told of an order that was to be made must be what the ledger has under its name. */
const made = ({ outcome, intended: { id }, told }: Case, name: string): string[] => {
  const [order, ...more] = orderNamed(outcome, name)
  const { status, update } = told
  if (more.length > 0) return [`${name} is there ${more.length + 1} times`]
  if (IN_DOUBT.includes(status)) return []
  if (!order) return NOTHING.includes(status) ? [] : [`${id} is nowhere, and said to be ${status}`]
  if (toldOf[order.status]?.includes(status) !== true)
    return [`${id} has the status ${order.status}, and is said to be ${status}`]
  if (!update || !('deal' in update)) return []
  const deals = outcome.broker.ledger.all('deal').filter(deal => deal.orderId === order.id && deal.filled > 0)
  const isPrice = Math.abs(update.price - order.cost / order.filled / 100_000) < 1e-8
  return [
    ...(update.volume === order.filled ? [] : [`${id} has the volume ${order.filled}, not ${update.volume}`]),
    ...(isPrice ? [] : [`${id} has not the price ${update.price}`]),
    ...(deals.some(deal => deal.id === update.deal.dealId)
      ? []
      : [`${id} has no deal ${update.deal.dealId}`]),
  ]
}

/** What was to change something: it did where it is said to be done, and did not where it is said not to be. */
const changed = ({ outcome, intended, told: { status } }: Case, done: readonly string[]): string[] => {
  const { id, payload } = intended
  const isDone = wasDone(outcome, id)
  if (IN_DOUBT.includes(status) || wasNeedless(outcome, id)) return []
  if (NOTHING.includes(status)) return isDone ? [`${id} was done, and is said to be ${status}`] : []
  const order = 'orderId' in payload ? outcome.broker.ledger.find('order', payload.orderId) : undefined
  // An order may end in this way or another before it is changed.
  if (order && toldOf[order.status]?.includes(status)) return []
  if (done.includes(status)) return isDone ? [] : [`${id} was not done, and is said to be ${status}`]
  return [`${id} is said to be ${status}`]
}

const check = (one: Case): string[] => {
  const { intended } = one
  switch (intended.payloadType) {
    case 2106:
      return made(one, intended.payload.clientOrderId ?? intended.id)
    case 2111:
      return made(one, intended.id)
    case 2108:
      return changed(one, ['cancelled'])
    case 2109:
      return changed(one, ['replaced', 'accepted'])
    case 2110:
      return changed(one, ['protected', 'replaced'])
  }
}

const lastNamed = (entries: readonly JournalEntry[], { id, payload }: Intended): boolean => {
  if (!('clientOrderId' in payload)) return true
  const same = entries.filter(
    (entry): entry is Intended =>
      entry.state === 'intended' &&
      'clientOrderId' in entry.payload &&
      entry.payload.clientOrderId === payload.clientOrderId,
  )
  return same.at(-1)?.id === id
}

/** Whether the server shows what became of it. A change may be undone by another before anyone looks. */
const isFindable = ({ plan: { ways } }: Outcome, { payloadType }: Intended): boolean =>
  ways.names === 'everywhere' && ways.lists !== 'pending' && (payloadType === 2106 || payloadType === 2111)

const isAtRest = ({ updates }: Call): boolean => {
  const last = updates.filter(({ status }) => status !== 'outcomeUnknown').at(-1)
  return last?.status === 'accepted' || last?.status === 'partiallyFilled' || last?.status === 'replaced'
}

/** What is wrong, in words; nothing where all is well. */
export const wrongs = (outcome: Outcome): string[] => {
  const { broker, calls, entries, told, open, waiting, recovered, recoveryError } = outcome
  const found: string[] = []
  if (new Set(broker.left).size < broker.left.length) found.push(`sent twice: ${broker.left.join(' ')}`)

  for (const intended of entries) {
    if (intended.state === 'settled') continue
    const { id } = intended
    for (const one of [told.get(id), recovered.get(id)])
      // One that was withdrawn and left on the next line has the same name under another id.
      if (one && (lastNamed(entries, intended) || one.status !== 'notSent'))
        if (!isPassing(one)) found.push(...check({ outcome, intended, told: one }))
    const last = recovered.get(id) ?? told.get(id)
    if (last && IN_DOUBT.includes(last.status) && isFindable(outcome, intended) && wasDone(outcome, id))
      found.push(`${id} was done, and is not found`)
  }

  for (const call of calls) {
    if (call.state === 'error' && !['NotSent', 'NotFound', 'InvalidOrder'].includes(call.reason ?? ''))
      found.push(`${JSON.stringify(call.act)} errors with ${call.reason}`)
    const isWaiting = isAtRest(call) && call.act.kind === 'place'
    if (call.state === 'open' && !isWaiting && call.act.kind !== 'closeAll')
      found.push(
        `a caller still waits: ${JSON.stringify(call.act)} ${call.updates.map(({ status }) => status).join()}`,
      )
  }

  for (const { id, payload } of open) {
    const name = 'clientOrderId' in payload ? payload.clientOrderId : id
    const isDoubted = IN_DOUBT.includes(told.get(id)?.status ?? '')
    if (!isDoubted && !waiting.has(name) && !isGivenUp(calls, id))
      found.push(`${id} is open in the journal, and said to be ${told.get(id)?.status}`)
  }
  for (const [id, { status }] of told)
    if (status === 'NotFound' && !open.some(entry => entry.id === id))
      found.push(`${id} is in doubt, and not open in the journal`)

  if (recoveryError !== undefined) found.push(`the recovery errors: ${(recoveryError as Error).message}`)
  return [...found, ...accountWrongs(outcome)]
}

/** What is told on the way, and is not the end. */
const isPassing = ({ status }: Told): boolean =>
  ['sent', 'outcomeUnknown', 'accepted', 'partiallyFilled'].includes(status)

/** Whether its caller has left, or closes several things of which another is in doubt. */
const isGivenUp = (calls: readonly Call[], id: string): boolean =>
  calls.some(
    ({ act, ids, state }) =>
      ids.includes(id) && (state === 'left' || (state === 'error' && act.kind === 'closeAll')),
  )
