import { Observable, Subject } from 'rxjs'
import { keepBook } from '../../operators/toBook'
import type { DepthEvent, OrderBook } from '../../operators/toBook'
import type { ProtoOADepthEvent } from '../../protocol/messages/quotes'
import { createLatestValue } from '../sharing/latestValue'

/** The order book of a symbol where it is established. */
export interface DepthFeed {
  /** The whole book first, at once unless none has come yet, then what changes. */
  readonly event$: Observable<DepthEvent>
  /** The book as it is at once, unless none has come yet, then each. */
  readonly book$: Observable<OrderBook>
}

/**
 * Emits the line once, and listens as long as it is subscribed to: the server tells the whole book only once, after
 * its subscription, and maybe long before somebody wants it.
 */
export const depthFeed = (event$: Observable<ProtoOADepthEvent>): Observable<DepthFeed> =>
  new Observable(subscriber => {
    const kept = keepBook()
    const book = createLatestValue<OrderBook>()
    const change$ = new Subject<DepthEvent>()
    let last: ProtoOADepthEvent | undefined
    subscriber.add(
      event$.subscribe(event => {
        const change: DepthEvent = last ? event : { ...event, whole: true }
        last = event
        book.next(kept.after(change))
        change$.next(change)
      }),
    )
    subscriber.next({
      event$: new Observable(consumer => {
        if (last) {
          const { ctidTraderAccountId, symbolId } = last
          consumer.next({ ctidTraderAccountId, symbolId, newQuotes: kept.quotes(), whole: true })
        }
        return change$.subscribe(consumer)
      }),
      book$: book.value$,
    })
  })
