import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { oneAtATime } from '../../util/oneAtATime'
import type { OneAtATime } from '../../util/oneAtATime'
import { oncePer } from '../../util/oncePer'

const turnsOf = oncePer<Link, OneAtATime>(oneAtATime)

/**
 * Sends a request when all earlier ones of this queue are answered. For large amounts of requests that are not
 * urgent: an urgent request then waits for at most one of them.
 */
export const inTurn = <T>(link: Link, ask$: Observable<T>): Observable<T> => turnsOf(link)(ask$)
