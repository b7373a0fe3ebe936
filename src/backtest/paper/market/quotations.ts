import { EMPTY, Observable, Subject, Subscription, filter, map, merge, of, switchMap, take, tap } from 'rxjs'
import { noPrices, nextPrices } from '../../../operators/mergeQuote'
import type { KnownPrices } from '../../../operators/mergeQuote'
import type { ProtoOASpotEvent } from '../../../protocol/messages/quotes'
import type { Tick } from '../../../simulator/market/model/market'
import type { SpotLine } from '../../../streams/market/marketSubscriptions'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Upstream } from './upstream'

/** The prices of symbols of the real account: subscribed as long as someone holds them. */
export interface Quotations {
  /** Subscribes the prices of a symbol for as long as this is subscribed. Emits when it has both sides. */
  readonly hold: (symbolId: number) => Observable<unknown>
  /** Emits when the server has taken the subscription. Errors if it does not take it. */
  readonly established: (symbolId: number) => Observable<unknown>
  readonly known: (symbolId: number) => KnownPrices
  /** Events of a held symbol, after its known prices have changed. */
  readonly events: (symbolId: number) => Observable<ProtoOASpotEvent>
}

interface Held {
  readonly event$: Subject<ProtoOASpotEvent>
  /** Emits after each event, when all have got it. */
  readonly told$: Subject<void>
  known: KnownPrices
  holders: number
  subscription: Subscription
}

const isComplete = ({ bid, ask }: KnownPrices): boolean => bid !== undefined && ask !== undefined

/** What has changed. The first tick on a line has both sides. */
const tickOf = (
  before: KnownPrices,
  after: KnownPrices,
  { bid, ask }: ProtoOASpotEvent,
): Omit<Tick, 'at'> => {
  const isFirst = !isComplete(before)
  return omitUndefined({
    bid: isFirst || bid ? after.bid : undefined,
    ask: isFirst || ask ? after.ask : undefined,
  })
}

/** `onTick` gets each change of price after the consumers of the symbol's events. */
export const createQuotations = (
  upstream: Upstream,
  onTick: (symbolId: number, tick: Omit<Tick, 'at'>) => void,
): Quotations => {
  const bySymbol = new Map<number, Held>()
  const heldOf = (symbolId: number): Held => {
    const held = bySymbol.get(symbolId) ?? {
      event$: new Subject(),
      told$: new Subject(),
      known: noPrices,
      holders: 0,
      subscription: Subscription.EMPTY,
    }
    bySymbol.set(symbolId, held)
    return held
  }

  const takeEvent = (symbolId: number, held: Held, event: ProtoOASpotEvent): void => {
    const before = held.known
    held.known = nextPrices(before, event)
    held.event$.next(event)
    const tick = isComplete(held.known) ? tickOf(before, held.known, event) : {}
    if (Object.keys(tick).length > 0) onTick(symbolId, tick)
    held.told$.next()
  }
  /** What other consumers of the real account have heard already, as an event. */
  const heardBefore = (symbolId: number, { price$ }: SpotLine): Observable<ProtoOASpotEvent> =>
    merge(price$, of(undefined)).pipe(
      take(1),
      switchMap(prices => {
        if (!prices) return EMPTY
        const { bid, ask, sessionClose, timestamp } = prices
        return of({
          ctidTraderAccountId: 0,
          symbolId,
          ...omitUndefined({ bid, ask, sessionClose, timestamp }),
        })
      }),
    )
  const eventsOn = (symbolId: number, line: SpotLine): Observable<ProtoOASpotEvent> =>
    merge(heardBefore(symbolId, line), upstream.spotEvents(symbolId, line.link))

  const begin = (symbolId: number, held: Held): void => {
    held.subscription = upstream
      .spots(symbolId)
      .pipe(
        tap(() => {
          held.known = noPrices
        }),
        switchMap(line => (line ? eventsOn(symbolId, line) : EMPTY)),
      )
      .subscribe({
        next: event => {
          takeEvent(symbolId, held, event)
        },
        // Those who wait for the subscription get the error there.
        error: () => undefined,
      })
  }

  return {
    hold: symbolId =>
      new Observable(subscriber => {
        const held = heldOf(symbolId)
        held.holders += 1
        subscriber.add(() => {
          held.holders -= 1
          if (held.holders > 0) return
          held.subscription.unsubscribe()
          held.known = noPrices
        })
        subscriber.add(
          merge(of(undefined), held.told$)
            .pipe(filter(() => isComplete(held.known)))
            .subscribe(subscriber),
        )
        if (held.holders === 1) begin(symbolId, held)
      }),
    established: symbolId =>
      upstream.spots(symbolId).pipe(
        filter(line => line !== undefined),
        take(1),
        map(() => undefined),
      ),
    known: symbolId => bySymbol.get(symbolId)?.known ?? noPrices,
    events: symbolId => heldOf(symbolId).event$,
  }
}
