import { Observable, Subject, distinctUntilChanged, map, startWith, switchMap } from 'rxjs'
import { noPrices, nextPrices, toQuote } from '../../operators/mergeQuote'
import type { KnownPrices, Quote } from '../../operators/mergeQuote'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { createLatestValue } from '../sharing/latestValue'

/**
 * The latest prices of a symbol, from all events on the link, also those that another consumer asked for. Listens on
 * each link, one after the other. The server sends both sides only once, after the subscription. A consumer may come
 * much later.
 */
export const lastQuote = <L>(link$: Observable<L>, eventsOn: (link: L) => Observable<ProtoOASpotEvent>) => {
  const last = createLatestValue<Quote>()
  const price = createLatestValue<KnownPrices>()
  const forgotten$ = new Subject<void>()
  const listeningOn = (link: L): Observable<never> =>
    new Observable(() => {
      let known = noPrices
      last.forget()
      price.forget()
      return eventsOn(link).subscribe(event => {
        known = nextPrices(known, event)
        price.next(known)
        const quote = toQuote(event.symbolId, known)
        if (quote) last.next(quote)
      })
    })
  return {
    /** The latest at once, then each. */
    quote$: last.value$,
    /** The same, also while only one side is known. */
    price$: price.value$,
    /** Subscribe to this for as long as the rest must be up to date. */
    listening$: link$.pipe(
      distinctUntilChanged(),
      switchMap(link =>
        forgotten$.pipe(
          map(() => link),
          startWith(link),
        ),
      ),
      switchMap(listeningOn),
    ),
    /** Forgets the prices, because their subscription is over. */
    forget: (): void => {
      forgotten$.next()
    },
  }
}
