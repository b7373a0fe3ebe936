import { Observable, asapScheduler, catchError, defer, share, subscribeOn, throwError } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason } from '../../errors'
import { isSessionLost } from '../../session/authentication/auth'

/** Does something for one symbol on a link, and completes when it is done. */
export type ForSymbol = (link: Link, symbolId: number) => Observable<unknown>

/** The position of a caller's symbol in the list. */
interface Place {
  at: number
}

interface Batch {
  /**
   * The list that the request holds. It is read when the request's turn in the lane comes, so callers that have
   * left by then are not in it.
   */
  readonly symbolIds: number[]
  readonly places: Place[]
  readonly answer$: Observable<unknown>
  /** Whether it was sent for several symbols. */
  isOfMany: boolean
}

const join = ({ symbolIds, places }: Batch, symbolId: number): Place => {
  const place = { at: symbolIds.length }
  symbolIds.push(symbolId)
  places.push(place)
  return place
}

/** The last entry moves to the free place, so that leaving has the same cost for any length. */
const leave = ({ symbolIds, places }: Batch, place: Place): void => {
  const symbolId = symbolIds.pop()
  const last = places.pop()
  if (symbolId === undefined || last === undefined || last === place) return
  symbolIds[place.at] = symbolId
  places[place.at] = last
  last.at = place.at
}

/** Whether one symbol may have made the request fail for the others. */
const mayBeOfOne = (error: unknown): boolean =>
  hasReason(error, 'InvalidRequest', 'Refused') && !isSessionLost(error)

/**
 * Joins the requests of one turn on the same link into one, for all their symbols. If the joint request is refused
 * or cannot be sent, each symbol is requested alone, so that none stops the others.
 *
 * ```ts
 * const subscribe = batchSymbols((link, symbolId) =>
 *   link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId: accountId, symbolId: [...symbolId] }),
 * )
 * merge(subscribe(link, 1), subscribe(link, 2)) // is one request
 * ```
 */
export const batchSymbols = (
  request: (link: Link, symbolIds: readonly number[]) => Observable<unknown>,
): ForSymbol => {
  const gathering = new WeakMap<Link, Batch>()

  const gather = (link: Link): Batch => {
    const batch: Batch = {
      symbolIds: [],
      places: [],
      isOfMany: false,
      answer$: defer(() => {
        gathering.delete(link)
        batch.isOfMany = batch.symbolIds.length > 1
        return request(link, batch.symbolIds)
      }).pipe(subscribeOn(asapScheduler), share()),
    }
    gathering.set(link, batch)
    return batch
  }

  return (link, symbolId) =>
    new Observable(subscriber => {
      const batch = gathering.get(link) ?? gather(link)
      const place = join(batch, symbolId)
      subscriber.add(() => {
        leave(batch, place)
      })
      batch.answer$
        .pipe(
          catchError((error: unknown) =>
            batch.isOfMany && mayBeOfOne(error) ? request(link, [symbolId]) : throwError(() => error),
          ),
        )
        .subscribe(subscriber)
    })
}
