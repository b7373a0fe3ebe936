import type { CTraderError } from '../../errors'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Tracker, Tracked } from './trackNewOrder'
import type { ExecutionReport } from './executionReport'
import type { Settled } from '../model/journal'
import { isResting } from './isResting'
import type { OrderUpdate } from '../model/orderUpdate'

/**
 * Where a command is that has left:
 *
 * - `dispatched`: it has left, and nothing was heard of it
 * - `inDoubt`: the line was lost, or no answer came; what became of it has to be resolved
 * - `working`: the server has it, and its end comes by itself
 * - `resting`: it waits for its price, be it for days
 * - `filled`: filled, or ended after a part of it was; only its protections are to come
 * - `over`: nothing more is to come
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
  /** Its order, as it was last told. */
  readonly order: () => ProtoOAOrder | undefined
  /** Whether the server has said anything of it. */
  readonly isKnown: () => boolean
  /** Its last status, as it is written down when it is over. */
  readonly outcome: () => Settled['outcome']
  /** What is heard of the account: gives back what of it is news of the command. */
  readonly hear: (report: ExecutionReport) => Tracked
  /** What is known in another way. */
  readonly tell: (updates: readonly OrderUpdate[], isOver?: boolean) => Tracked
  /** What became of it is not known any more; nothing where that changes nothing. */
  readonly doubt: (cause: CTraderError) => readonly Tracked[]
}

const idsOf = ({ clientOrderId, orderId, positionId }: Ids): Ids => ({
  ...(clientOrderId !== undefined && { clientOrderId }),
  ...(orderId !== undefined && { orderId }),
  ...(positionId !== undefined && { positionId }),
})

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

/** Of what waits for its price nothing is in doubt, and of what is filled only its protections. */
const isDoubtful: ReadonlySet<Stage> = new Set(['dispatched', 'working'])

/** Of a command that leaves this moment, or has left before, if it has. */
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
