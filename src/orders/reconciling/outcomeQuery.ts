import type { Link } from '../../connection/link'
import type { CommandType } from '../../protocol/table'
import type { Account } from '../../session/account'
import type { OrderIntent } from '../model/journal'
import type { OrderUpdate } from '../model/orderUpdate'
import type { ExecutionReport } from '../tracking/executionReport'
import type { OrderLife } from '../tracking/orderLife'

/** What to ask about, and on which link. */
export interface OutcomeQuery<T extends CommandType = CommandType> {
  readonly account: Account
  readonly link: Link
  readonly intent: OrderIntent<T>
  /** What is known of it. */
  readonly life: Pick<OrderLife, 'state'>
}

/**
 * The server's answer about a command:
 *
 * - `absent`: no sign of it. That is not a proof: it may be on its way, or not in the lists yet
 * - `underway`: not executed yet, or waiting for its price
 * - `late`: something should have followed by now; if it does not come for a while, it never will
 * - `over`: nothing more can come
 * - `unanswered`: no answer, or not all of it
 */
export interface QueriedState {
  readonly state: 'absent' | 'underway' | 'late' | 'over' | 'unanswered'
  readonly reports?: readonly ExecutionReport[]
  /** Set if it is over in a way that no report will tell. */
  readonly update?: OrderUpdate
  /** For `absent`: what was asked, and what there is instead. */
  readonly detail?: string
}
