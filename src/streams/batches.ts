import { Observable, asapScheduler, catchError, defer, share, subscribeOn, throwError } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import { isSessionLost } from '../session/auth'

/** Does something for one symbol on a link; completes when it is done. */
export type ForSymbol = (link: Link, symbolId: number) => Observable<unknown>

interface Batch {
  readonly symbolIds: number[]
  readonly answer$: Observable<unknown>
  /** Whether it was sent for several. */
  isOfMany: boolean
}

/** Whether one symbol may have spoilt it for the others. */
const mayBeOfOne = (error: unknown): boolean =>
  error instanceof CTraderError &&
  (error.reason === 'InvalidRequest' || (error.reason === 'Refused' && !isSessionLost(error)))

/**
 * Does for all symbols for which it is asked in the same turn, on the same link, by one request. Where that is refused
 * or cannot be sent, each symbol is asked for by itself, so that none stops the others.
 *
 * ```ts
 * const subscribe = inBatches((link, symbolId) =>
 *   link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId: accountId, symbolId: [...symbolId] }),
 * )
 * merge(subscribe(link, 1), subscribe(link, 2)) // is one request
 * ```
 */
export const inBatches = (
  request: (link: Link, symbolIds: readonly number[]) => Observable<unknown>,
): ForSymbol => {
  const gathering = new WeakMap<Link, Batch>()

  const gather = (link: Link): Batch => {
    const batch: Batch = {
      symbolIds: [],
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
      const { symbolIds } = batch
      symbolIds.push(symbolId)
      // The request is written when its turn in the lane comes: who has left by then is not asked for.
      subscriber.add(() => symbolIds.splice(symbolIds.indexOf(symbolId), 1))
      batch.answer$
        .pipe(
          catchError((error: unknown) =>
            batch.isOfMany && mayBeOfOne(error) ? request(link, [symbolId]) : throwError(() => error),
          ),
        )
        .subscribe(subscriber)
    })
}
