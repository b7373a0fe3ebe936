import type { CTraderError } from '../../errors'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Tracker, Tracked } from './trackNewOrder'
import type { ExecutionReport } from './executionReport'
import type { Settled } from '../model/journal'
import { isResting } from './isResting'
import type { OrderUpdate } from '../model/orderUpdate'
import { defined } from '../../util/defined'

/**
 * The stage of a command that has left:
 *
 * - `dispatched`: it has left, and there is no report yet
 * - `inDoubt`: the line was lost, or no answer came; the outcome must be resolved
 * - `working`: the server has it, and its end comes without delay
 * - `resting`: it waits for its price, maybe for days
 * - `filled`: filled, or ended after a partial fill; only its protections are still to come
 * - `over`: nothing more will come
 *
 * ```text
 * dispatched ──► working ◄──► resting ──► filled ──► over
 *      └──► inDoubt ◄──┘ (a lost line, no answer)
 * ```
 */
export type Stage = 'dispatched' | 'inDoubt' | 'working' | 'resting' | 'filled' | 'over'

export type Ids = Pick<OrderUpdate, 'clientOrderId' | 'orderId' | 'positionId'>

/** What is known of a command that has left. */
export interface OrderLife {
  readonly stage: () => Stage
  readonly ids: () => Ids
  /** Its order, as last reported. */
  readonly order: () => ProtoOAOrder | undefined
  /** Whether the server has reported anything about it. */
  readonly isKnown: () => boolean
  /** Its last status, for the journal. */
  readonly outcome: () => Settled['outcome']
  /** Applies a report of the account. Returns what is new for this command. */
  readonly hear: (report: ExecutionReport) => Tracked
  /** Applies updates that come from another source. */
  readonly tell: (updates: readonly OrderUpdate[], isOver?: boolean) => Tracked
  /** Marks the outcome as unknown. Returns nothing if that changes nothing. */
  readonly doubt: (cause: CTraderError) => readonly Tracked[]
}

const idsOf = ({ clientOrderId, orderId, positionId }: Ids): Ids =>
  defined({ clientOrderId, orderId, positionId })

const stageOf = (update: OrderUpdate): Stage => {
  switch (update.status) {
    case 'sent':
      return 'dispatched'
    case 'outcomeUnknown':
      return 'inDoubt'
    case 'filled':
    case 'cancelled':
    case 'expired':
    case 'rejected':
      return 'filled'
    default:
      return isResting(update) ? 'resting' : 'working'
  }
}

/** A pending order is not in doubt. Of a filled one only the protections are. */
const isDoubtful: ReadonlySet<Stage> = new Set(['dispatched', 'working'])

/** The life of a command that leaves now, or may have left earlier. */
export const createOrderLife = (follow: Tracker, named: Ids): OrderLife => {
  let stage: Stage = 'dispatched'
  let ids = idsOf(named)
  let order: ProtoOAOrder | undefined
  let outcome: Settled['outcome'] = 'sent'
  let isKnown = false

  const told = (followed: Tracked): Tracked => {
    for (const update of followed.updates) {
      stage = stageOf(update)
      outcome = update.status
      ids = { ...ids, ...idsOf(update) }
      isKnown ||= stage !== 'dispatched' && stage !== 'inDoubt'
      if ('order' in update) order = update.order
    }
    if (followed.isOver) stage = 'over'
    return followed
  }

  return {
    stage: () => stage,
    ids: () => ids,
    order: () => order,
    isKnown: () => isKnown,
    outcome: () => outcome,
    hear: report => told(follow(report)),
    tell: (updates, isOver = false) => told({ updates, isOver }),
    doubt: cause =>
      isDoubtful.has(stage)
        ? [told({ updates: [{ status: 'outcomeUnknown', cause, ...ids }], isOver: false })]
        : [],
  }
}
