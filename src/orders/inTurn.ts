import { EMPTY, Observable, Subject, catchError, defer, mergeAll, takeUntil, tap } from 'rxjs'
import type { Link } from '../connection/link'

const queues = new WeakMap<Link, Subject<Observable<unknown>>>()

const queueOf = (link: Link): Subject<Observable<unknown>> => {
  const known = queues.get(link)
  if (known) return known
  const queue = new Subject<Observable<unknown>>()
  queue.pipe(mergeAll(1), takeUntil(link.closed$)).subscribe()
  queues.set(link, queue)
  return queue
}

/**
 * Asks when all is answered that was asked by this before: for what is not urgent, and much at the same time. So what
 * is urgent finds at most one request before it.
 */
export const inTurn = <T>(link: Link, ask$: Observable<T>): Observable<T> =>
  new Observable(subscriber => {
    const left$ = new Subject<undefined>()
    const asking$ = defer(() => (subscriber.closed ? EMPTY : ask$)).pipe(
      tap(subscriber),
      catchError(() => EMPTY),
      takeUntil(left$),
    )
    queueOf(link).next(asking$)
    return () => {
      left$.next(undefined)
    }
  })
