import { EMPTY, concat, concatMap, defer, of } from 'rxjs'
import type { Observable } from 'rxjs'

/** What the server answers of a list: the newest of what is asked for, and whether there is more. */
export interface Rows<T> {
  readonly rows: readonly T[]
  readonly hasMore: boolean
}

/** A time of the server's own, in ms: what is later is not asked for. */
export interface Until {
  readonly toTimestamp?: number
}

/**
 * A list by as many answers as it takes, the newest first, and none for nobody. Ends where an answer
 * leads no further back, as in a ms that fills one by itself: then the last answer says that there is more.
 */
export const backwards = <T>(
  timeOf: (row: T) => number,
  ask: (until: Until) => Observable<Rows<T>>,
): Observable<Rows<T>> => {
  const before = (until: Until): Observable<Rows<T>> =>
    ask(until).pipe(
      concatMap(answer => {
        const times = answer.rows.map(timeOf)
        const toTimestamp = Math.min(...times)
        const leadsBack = toTimestamp < Math.max(...times) && toTimestamp < (until.toTimestamp ?? Infinity)
        return concat(of(answer), answer.hasMore && leadsBack ? defer(() => before({ toTimestamp })) : EMPTY)
      }),
    )
  return before({})
}
