import { Observable, Subject, distinctUntilChanged, map, startWith, switchMap } from 'rxjs'
import { mergeQuote } from '../operators/mergeQuote'
import type { Quote } from '../operators/mergeQuote'
import type { ProtoOASpotEvent } from '../protocol/quotes'
import { lastOf } from './lastOf'

/** What a symbol costs as far as it was heard, whoever listened. */
export interface LastQuote {
  /** The latest at once, then each. */
  readonly quote$: Observable<Quote>
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
  const last = lastOf<Quote>()
  const forgotten$ = new Subject<void>()
  const listeningOn = (link: L): Observable<never> =>
    new Observable(() => {
      last.forget()
      return eventsOn(link).pipe(mergeQuote()).subscribe(last.next)
    })
  return {
    quote$: last.value$,
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
