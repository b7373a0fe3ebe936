import { interval, map, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import type { LineHealth } from '../../connection/link'
import type { CTraderError } from '../../errors'
import type { ConnectionState } from './state'

/**
 * The condition of a session at one time, with that of the line if there is one. If `receivedAt` is recent
 * but the prices with listeners are not, the market is quiet or closed. If neither is recent, the line is dead.
 */
export interface Health extends Partial<LineHealth> {
  readonly status: ConnectionState['status']
  /** How often a line was lost, or could not be opened. */
  readonly losses: number
  readonly lastLoss?: CTraderError
}

const EVERY = 1_000

/** Emits at each change of the connection, and once a second. */
export const observeHealth = (connection$: Observable<unknown>, look: () => Health): Observable<Health> =>
  merge(connection$, interval(EVERY)).pipe(map(look))
