import { Observable, Subject } from 'rxjs'
import { keepBook } from '../../operators/toBook'
import type { DepthEvent, OrderBook } from '../../operators/toBook'
import type { ProtoOADepthEvent } from '../../protocol/messages/quotes'
import { createLatestValue } from '../sharing/latestValue'

/** The order book of a symbol on a link where it is established. */
export interface DepthFeed {
  /** The whole book first, at once if it is known, then the changes. */
  readonly event$: Observable<DepthEvent>
  /** The current book at once if it is known, then each new one. */
  readonly book$: Observable<OrderBook>
}

/**
 * Emits the feed once, and listens as long as it is subscribed to. The server sends the whole book only once, after
 * the subscription. A consumer may come much later.
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
