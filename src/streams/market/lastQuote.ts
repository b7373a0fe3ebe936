import { Observable, Subject, distinctUntilChanged, map, startWith, switchMap } from 'rxjs'
import { noPrices, pricesAfter, toQuote } from '../../operators/mergeQuote'
import type { Quote } from '../../operators/mergeQuote'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { toPrice } from '../../protocol/units'
import { defined } from '../../util/defined'
import { createLatestValue } from '../sharing/latestValue'

/** The known sides of a symbol's quote, as decimals. A side without a price yet is absent. */
export interface Sides {
  readonly symbolId: number
  readonly bid?: number
  readonly ask?: number
}

/**
 * The latest prices of a symbol, from all events on the link, also those that another consumer asked for. Listens on
 * each link, one after the other. The server sends both sides only once, after the subscription. A consumer may come
 * much later.
 */
export const lastQuote = <L>(link$: Observable<L>, eventsOn: (link: L) => Observable<ProtoOASpotEvent>) => {
  const last = createLatestValue<Quote>()
  const side = createLatestValue<Sides>()
  const forgotten$ = new Subject<void>()
  const listeningOn = (link: L): Observable<never> =>
    new Observable(() => {
      let known = noPrices
      last.forget()
      side.forget()
      return eventsOn(link).subscribe(event => {
        const { symbolId } = event
        known = pricesAfter(known, event)
        const quote = toQuote(symbolId, known)
        if (quote) {
          side.forget()
          last.next(quote)
        } else {
          const { bid, ask } = known
          side.next({ symbolId, ...defined({ bid: bid && toPrice(bid), ask: ask && toPrice(ask) }) })
        }
      })
    })
  return {
    /** The latest at once, then each. */
    quote$: last.value$,
    /** While only one side is known: the latest at once, then each, until there is a quote. */
    side$: side.value$,
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
