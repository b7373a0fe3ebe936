import type { CTraderError } from '../../errors'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { omitUndefined } from '../../util/omitUndefined'
import type { OrderOutcome } from '../model/journal'
import type { OrderUpdate } from '../model/orderUpdate'
import type { ExecutionReport } from './executionReport'
import { isResting } from './isResting'
import type { Tracked, Tracker } from './tracker'

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
export interface LifeState {
  readonly stage: Stage
  readonly ids: Ids
  /** Its order, as last reported. */
  readonly order?: ProtoOAOrder
  /** Whether the server has reported anything about it. */
  readonly isKnown: boolean
  /** Its last status, for the journal. */
  readonly outcome: OrderOutcome['outcome']
  /** Why its outcome was in doubt last. */
  readonly cause?: CTraderError
}

/** The stage after each update. An order that is `working` and waits for its price is `resting`. */
const stages: Readonly<Record<OrderUpdate['status'], Stage>> = {
  sent: 'dispatched',
  outcomeUnknown: 'inDoubt',
  accepted: 'working',
  replaced: 'working',
  partiallyFilled: 'working',
  protected: 'working',
  filled: 'filled',
  cancelled: 'filled',
  expired: 'filled',
  rejected: 'filled',
}

const stageAfter = (update: OrderUpdate): Stage => {
  const stage = stages[update.status]
  return stage === 'working' && isResting(update) ? 'resting' : stage
}

/** A pending order is not in doubt. Of a filled one only the protections are. */
const mayBeDoubted: ReadonlySet<Stage> = new Set(['dispatched', 'working'])

const idsOf = ({ clientOrderId, orderId, positionId }: Ids): Ids =>
  omitUndefined({ clientOrderId, orderId, positionId })

const afterUpdate = (state: LifeState, update: OrderUpdate): LifeState => {
  const stage = stageAfter(update)
  return {
    ...state,
    stage,
    ids: { ...state.ids, ...idsOf(update) },
    isKnown: state.isKnown || (stage !== 'dispatched' && stage !== 'inDoubt'),
    outcome: update.status,
    ...('order' in update && { order: update.order }),
  }
}

/** The state after new updates, and whether they are the last ones. */
export const afterTracked = (state: LifeState, { updates, isOver }: Tracked): LifeState => {
  const after = updates.reduce(afterUpdate, state)
  return isOver ? { ...after, stage: 'over' } : after
}

/** The life of a command that leaves now, or may have left earlier. */
export interface OrderLife {
  readonly state: () => LifeState
  /** Applies a report of the account. Returns what is new for this command. */
  readonly hear: (report: ExecutionReport) => Tracked
  /** Applies updates that come from another source. */
  readonly tell: (updates: readonly OrderUpdate[], isOver?: boolean) => Tracked
  /** Marks the outcome as unknown. Returns nothing if that changes nothing. */
  readonly doubt: (cause: CTraderError) => readonly Tracked[]
}

export const createOrderLife = (
  track: Tracker,
  named: Ids,
  onTracked: (tracked: Tracked) => void = () => undefined,
): OrderLife => {
  let state: LifeState = { stage: 'dispatched', ids: idsOf(named), isKnown: false, outcome: 'sent' }
  const told = (tracked: Tracked): Tracked => {
    state = afterTracked(state, tracked)
    onTracked(tracked)
    return tracked
  }
  const tell: OrderLife['tell'] = (updates, isOver = false) => told({ updates, isOver })
  return {
    state: () => state,
    hear: report => told(track(report)),
    tell,
    doubt: cause => {
      state = { ...state, cause }
      return mayBeDoubted.has(state.stage) ? [tell([{ status: 'outcomeUnknown', cause, ...state.ids }])] : []
    },
  }
}
