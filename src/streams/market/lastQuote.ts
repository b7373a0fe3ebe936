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

/** What of a symbol's quote is known, as decimals: a side that has not been told yet is absent. */
export interface Sides {
  readonly symbolId: number
  readonly bid?: number
  readonly ask?: number
}

const sideOf = (known: number | undefined, told: number | undefined): number | undefined =>
  // Nothing costs 0.
  told === undefined || told === 0 ? known : toPrice(told)

/** The sides that events have told so far. */
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

/** What a symbol costs as far as it was heard, whoever listened. */
export interface LastQuote {
  /** The latest at once, then each. */
  readonly quote$: Observable<Quote>
  /** What was told while only one side is known: the latest at once, then each, until there is a quote. */
  readonly side$: Observable<Sides>
  /** To be subscribed to for as long as the rest is to be true. */
  readonly listening$: Observable<never>
  /** What was heard is of a subscription that is over. */
  readonly forget: () => void
}

/**
 * Listens on each link that comes, and to one after the other. The server tells both sides only once, after its
 * subscription, and maybe long before somebody wants the quote.
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
      // After the quotes: what has both sides is no side any more.
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
