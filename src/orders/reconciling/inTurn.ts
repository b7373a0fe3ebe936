import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { oneAtATime } from '../../util/oneAtATime'
import type { OneAtATime } from '../../util/oneAtATime'

const turns = new WeakMap<Link, OneAtATime>()

const turnsOf = (link: Link): OneAtATime => {
  const known = turns.get(link) ?? oneAtATime()
  turns.set(link, known)
  return known
}

/**
 * Asks when all is answered that was asked by this before: for what is not urgent, and much at the same time. So what
 * is urgent finds at most one request before it.
 */
export const inTurn = <T>(link: Link, ask$: Observable<T>): Observable<T> => turnsOf(link)(ask$)
