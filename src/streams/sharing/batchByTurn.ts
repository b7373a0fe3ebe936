import { Observable, asapScheduler, catchError, defer, share, subscribeOn, throwError } from 'rxjs'
import { hasReason } from '../../errors'
import { isSessionLost } from '../../session/authentication/auth'

interface Batch<K, A> {
  /**
   * The list that the request holds. It is read when the request's turn in the lane comes, so callers that have
   * left by then are not in it.
   */
  readonly keys: K[]
  readonly callers: Map<K, number>
  readonly answer$: Observable<A>
  /** Whether it was sent for several keys. */
  isOfMany: boolean
}

const join = <K, A>({ keys, callers }: Batch<K, A>, key: K): void => {
  const known = callers.get(key) ?? 0
  callers.set(key, known + 1)
  if (known === 0) keys.push(key)
}

const leave = <K, A>({ keys, callers }: Batch<K, A>, key: K): void => {
  const left = (callers.get(key) ?? 0) - 1
  callers.set(key, left)
  if (left === 0) keys.splice(keys.indexOf(key), 1)
}

/** Whether a request with fewer keys may succeed, because one of them made it fail for the others. */
const mayBeOfOne = (error: unknown): boolean =>
  hasReason(error, 'InvalidRequest', 'Refused', 'TooLarge') && !isSessionLost(error)

/**
 * Joins the requests of one turn into one, for all their keys, but at most `most`. Each caller gets the answer. If
 * the joint request is refused or cannot be sent, each key is requested alone, so that none spoils the others.
 *
 * ```ts
 * const double = batchByTurn((keys: readonly number[]) => of(new Map(keys.map(key => [key, 2 * key]))))
 * merge(double(1), double(2)) // asks once, with [1, 2]
 * ```
 */
export const batchByTurn = <K, A>(
  ask: (keys: readonly K[]) => Observable<A>,
  most = Infinity,
): ((key: K) => Observable<A>) => {
  let open: Batch<K, A> | undefined

  const openBatch = (): Batch<K, A> => {
    const batch: Batch<K, A> = {
      keys: [],
      callers: new Map(),
      isOfMany: false,
      answer$: defer(() => {
        if (open === batch) open = undefined
        batch.isOfMany = batch.keys.length > 1
        return ask(batch.keys)
      }).pipe(subscribeOn(asapScheduler), share()),
    }
    return batch
  }

  return key =>
    new Observable(subscriber => {
      const batch = open && open.keys.length < most ? open : openBatch()
      open = batch
      join(batch, key)
      subscriber.add(() => {
        leave(batch, key)
      })
      batch.answer$
        .pipe(
          catchError((error: unknown) =>
            batch.isOfMany && mayBeOfOne(error) ? ask([key]) : throwError(() => error),
          ),
        )
        .subscribe(subscriber)
    })
}
