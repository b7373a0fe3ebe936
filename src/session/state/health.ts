import { interval, map, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import type { LineHealth } from '../../connection/link'
import type { CTraderError } from '../../errors'
import type { LineState } from './state'

/**
 * The condition of a session at one time, with that of the line if there is one. If `receivedAt` is recent
 * but the prices with listeners are not, the market is quiet or closed. If neither is recent, the line is dead.
 */
export interface SessionHealth extends Partial<LineHealth> {
  readonly status: LineState['status']
  /** How often a line was lost, or could not be opened. */
  readonly losses: number
  readonly lastLoss?: CTraderError
}

/**
 * The condition of a client. With several lines it has the oldest `receivedAt`, the longest `roundTrip`, all that waits,
 * all listeners and all losses, and in `lines` the condition of each line.
 */
export interface Health extends SessionHealth {
  readonly lines?: readonly SessionHealth[]
}

const EVERY = 1_000

/** Emits at each change of the connection, and once a second. */
export const observeHealth = <T>(connection$: Observable<unknown>, look: () => T): Observable<T> =>
  merge(connection$, interval(EVERY)).pipe(map(look))
