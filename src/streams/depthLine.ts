import { Observable } from 'rxjs'
import { toBook } from '../operators/toBook'
import type { OrderBook } from '../operators/toBook'
import type { ProtoOADepthEvent } from '../protocol/quotes'
import { lastOf } from './lastOf'

/** The order book of a symbol where it is established. */
export interface DepthLine {
  /** What comes from now on. */
  readonly event$: Observable<ProtoOADepthEvent>
  /** The book as it is at once, unless none has come yet, then each. */
  readonly book$: Observable<OrderBook>
}

/**
 * Emits the line once, and listens as long as it is subscribed to: the server tells the whole book only once, after
 * its subscription, and maybe long before somebody wants it.
 */
export const depthLine = (event$: Observable<ProtoOADepthEvent>): Observable<DepthLine> =>
  new Observable(subscriber => {
    const book = lastOf<OrderBook>()
    subscriber.add(event$.pipe(toBook()).subscribe(book.next))
    subscriber.next({ event$, book$: book.value$ })
  })
