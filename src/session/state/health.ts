import { interval, map, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Vitals } from '../../connection/link'
import type { CTraderError } from '../../errors'
import type { ConnectionState } from './state'

/**
 * How a session does, at one time: of the line, if there is one, its vitals. Where `receivedAt` is fresh and what is
 * listened to is not, the market is quiet or closed; where neither is, the line is dead.
 */
export interface Health extends Partial<Vitals> {
  readonly status: ConnectionState['status']
  /** How often a line was lost, or could not be had. */
  readonly losses: number
  readonly lastLoss?: CTraderError
}

const EVERY = 1_000

/** A look at each change of the connection, and once a second. */
export const healthOf = (connection$: Observable<unknown>, look: () => Health): Observable<Health> =>
  merge(connection$, interval(EVERY)).pipe(map(look))
