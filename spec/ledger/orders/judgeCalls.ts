import { PayloadType, isCTraderError } from 'rx-ctrader'
import type { OrderIntent } from 'rx-ctrader'
import { isHeard } from './calm'
import type { Call } from './calls'
import { isInDoubt, nameOf, ordersNamed, sinceStart } from './ledgerOf'
import { CUT, HORIZON } from './play'
import type { Outcome } from './play'

const textOf = ({ act, updates }: Call): string =>
  `${JSON.stringify(act)} ${updates.map(({ status }) => status).join()}`

const orderIdOf = ({ updates }: Call): number | undefined =>
  updates.filter(({ orderId }) => orderId !== undefined).at(-1)?.orderId

/** Whether a caller knew that an order waits for its price. */
const hasRested = ({ act, updates }: Call): boolean =>
  act.kind === 'place' &&
  !act.type.startsWith('market') &&
  updates.some(({ status }) => ['accepted', 'replaced', 'partiallyFilled'].includes(status))

/** A call that waits does so for an order that waits for its price. */
const waitingWrongs = (call: Call, { atHorizon, plan, waitingBefore }: Outcome): string[] => {
  const { act, endedAt, state } = call
  const isOf = ({ id }: { readonly id: number }): boolean => act.kind === 'place' && id === orderIdOf(call)
  if (state === 'open') return [`a caller still waits in the end: ${textOf(call)}`]
  if (endedAt > HORIZON && !atHorizon.waiting.some(isOf))
    return [`a caller still waited at the horizon: ${textOf(call)}`]
  // That one which rests has ended is seen on the next line where its event is lost.
  const mayRest = !plan.isCut && hasRested(call)
  return endedAt > CUT && !waitingBefore.some(isOf) && !mayRest
    ? [`a caller still waited before the last line: ${textOf(call)}`]
    : []
}

/** Nothing is said not to be there which was there all the time. */
const invalidWrongs = ({ error, givenAt, endedAt }: Call, { broker, plan }: Outcome): string[] => {
  if (!isCTraderError(error) || error.reason !== 'InvalidOrder') return []
  const { rule, value, message } = error
  if (rule !== 'order' && rule !== 'position') return []
  const isThere = (ms: number): boolean =>
    broker.ledger
      .asOf(rule, broker.startedAt + ms)
      .some(
        ({ id, status }: { readonly id: number; readonly status: number }) => id === value && status === 1,
      )
  return isThere(givenAt - plan.ways.lag) && isThere(endedAt) ? [`it was there: ${message}`] : []
}

/** All that was open, and still is, was to be closed. */
const closeAllWrongs = (call: Call, { broker, plan, record }: Outcome): string[] => {
  const { act, ids, givenAt, state } = call
  if (act.kind !== 'closeAll' || state !== 'complete') return []
  const asked = record.entries.flatMap(entry =>
    entry.state === 'intended' && 'positionId' in entry.payload && ids.includes(entry.id)
      ? [entry.payload.positionId]
      : [],
  )
  return broker.ledger
    .asOf('position', broker.startedAt + givenAt - plan.ways.lag)
    .filter(({ id, status }) => status === 1 && broker.ledger.find('position', id)?.status === 1)
    .flatMap(({ id }) => (asked.includes(id) ? [] : [`position ${id} was not closed with all others`]))
}

/** What callers wait for, or were told that is no outcome. */
export const callWrongs = (call: Call, outcome: Outcome): string[] => {
  const { state, reason } = call
  if (state === 'error' && !['notSent', 'NotFound', 'InvalidOrder'].includes(reason ?? ''))
    return [`${textOf(call)} errors with ${reason}`]
  return [...waitingWrongs(call, outcome), ...invalidWrongs(call, outcome), ...closeAllWrongs(call, outcome)]
}

/** Whether its caller has left, or closes several things and another one failed first. */
const isGivenUp = (calls: readonly Call[], id: string): boolean =>
  calls.some(
    ({ act, ids, state }) =>
      ids.includes(id) && (state === 'left' || (state === 'error' && act.kind === 'closeAll')),
  )

/** Whether the end of an order was told well, with nothing more to come: then it is written down, also without a caller. */
const isHeardToItsEnd = (outcome: Outcome, intent: OrderIntent): boolean => {
  const { plan, record } = outcome
  const { names, tellsPieces } = plan.ways
  const isBare =
    intent.payloadType === PayloadType.PROTO_OA_NEW_ORDER_REQ && !('relativeStopLoss' in intent.payload)
  if (!isBare || 'relativeTakeProfit' in intent.payload) return false
  if (!tellsPieces || (names !== 'everywhere' && names !== 'inEvents')) return false
  const [order] = ordersNamed(outcome, nameOf(intent))
  const left = record.words.get(intent.id)?.at(0)?.at ?? Infinity
  if (!order || order.status === 1) return false
  const [made, ended] = [order.madeAt, order.changedAt].map(time => sinceStart(outcome, time))
  return (
    made !== undefined &&
    ended !== undefined &&
    left < made &&
    ended < HORIZON - 1_000 &&
    isHeard(outcome, made - 1_000, ended + 1_000)
  )
}

/** Of what is open at the horizon it is known that it is in doubt, or waits for its price. */
export const openWrongs = (outcome: Outcome): string[] => {
  const { atHorizon, calls, record } = outcome
  return atHorizon.open.flatMap(intent => {
    const { id } = intent
    const said = record.words
      .get(id)
      ?.filter(({ at }) => at < HORIZON)
      .at(-1)?.status
    const isWaiting = atHorizon.waiting.some(({ clientOrderId }) => clientOrderId === nameOf(intent))
    if (isHeardToItsEnd(outcome, intent)) return [`${id} has ended, and is open in the journal: ${said}`]
    return isInDoubt(said) || isWaiting || isGivenUp(calls, id)
      ? []
      : [`${id} is open in the journal at the horizon, and said to be ${said}`]
  })
}
