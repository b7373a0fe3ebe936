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
 * A list by as many answers as it takes, the newest first, and none for nobody. Ends in a ms that fills an answer by
 * itself, of which the server never tells more: then the last answer says that there is.
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
        const isCut = answer.hasMore && toTimestamp < Math.max(...times)
        return concat(of(answer), isCut ? defer(() => before({ toTimestamp })) : EMPTY)
      }),
    )
  return before({})
}
