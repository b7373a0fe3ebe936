import { Observable, defer, share, startWith, tap } from 'rxjs'
import { toBook } from '../operators/toBook'
import type { OrderBook } from '../operators/toBook'
import type { ProtoOADepthEvent, ProtoOADepthQuote } from '../protocol/quotes'

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
export const depthLine = (depthEvent$: Observable<ProtoOADepthEvent>): Observable<DepthLine> =>
  new Observable(subscriber => {
    const quotes = new Map<number, ProtoOADepthQuote>()
    let last: ProtoOADepthEvent | undefined
    const event$ = depthEvent$.pipe(
      tap(event => {
        last = event
        for (const id of event.deletedQuotes ?? []) quotes.delete(id)
        for (const quote of event.newQuotes ?? [])
          // As for `toBook`, one without a price says nothing of the one there is.
          if (quote.bid || quote.ask || quote.size === 0) quotes.set(quote.id, quote)
      }),
      share(),
    )
    subscriber.add(event$.subscribe())
    subscriber.next({
      event$,
      book$: defer(() =>
        last
          ? event$.pipe(startWith({ ...last, newQuotes: [...quotes.values()], deletedQuotes: [] }))
          : event$,
      ).pipe(toBook()),
    })
  })
