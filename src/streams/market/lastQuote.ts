import {
  Observable,
  Subject,
  distinctUntilChanged,
  filter,
  map,
  pipe,
  scan,
  startWith,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs'
import { mergeQuote } from '../../operators/mergeQuote'
import type { Quote } from '../../operators/mergeQuote'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { toPrice } from '../../protocol/units'
import { createLatestValue } from '../sharing/latestValue'

/** The known sides of a symbol's quote, as decimals. A side without a price yet is absent. */
export interface Sides {
  readonly symbolId: number
  readonly bid?: number
  readonly ask?: number
}

const sideOf = (known: number | undefined, told: number | undefined): number | undefined =>
  // A price is never 0.
  told === undefined || told === 0 ? known : toPrice(told)

/** The sides that the events so far have reported. */
const sides = () =>
  pipe(
    scan((known: Sides | undefined, { symbolId, bid, ask }: ProtoOASpotEvent): Sides => {
      const [ofBid, ofAsk] = [sideOf(known?.bid, bid), sideOf(known?.ask, ask)]
      return {
        symbolId,
        ...(ofBid !== undefined && { bid: ofBid }),
        ...(ofAsk !== undefined && { ask: ofAsk }),
      }
    }, undefined),
    filter(known => known !== undefined),
  )

/** The latest prices of a symbol, from all events on the link, also those that another consumer asked for. */
export interface LastQuote {
  /** The latest at once, then each. */
  readonly quote$: Observable<Quote>
  /** While only one side is known: the latest at once, then each, until there is a quote. */
  readonly side$: Observable<Sides>
  /** Subscribe to this for as long as the rest must be up to date. */
  readonly listening$: Observable<never>
  /** Forgets the prices, because their subscription is over. */
  readonly forget: () => void
}

/**
 * Listens on each link, one after the other. The server sends both sides only once, after the subscription. A
 * consumer may come much later.
 */
export const lastQuote = <L>(
  link$: Observable<L>,
  eventsOn: (link: L) => Observable<ProtoOASpotEvent>,
): LastQuote => {
  const last = createLatestValue<Quote>()
  const side = createLatestValue<Sides>()
  const forgotten$ = new Subject<void>()
  const listeningOn = (link: L): Observable<never> =>
    new Observable(() => {
      last.forget()
      side.forget()
      const listening = eventsOn(link).pipe(mergeQuote()).subscribe(last.next)
      // After the quotes: a complete quote is no longer a single side.
      listening.add(
        eventsOn(link)
          .pipe(sides(), takeUntil(last.value$.pipe(tap(side.forget))))
          .subscribe(side.next),
      )
      return listening
    })
  return {
    quote$: last.value$,
    side$: side.value$,
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
    forget: () => {
      forgotten$.next()
    },
  }
}
