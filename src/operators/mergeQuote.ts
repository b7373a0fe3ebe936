import { Observable, asyncScheduler } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOASpotEvent } from '../protocol/messages/quotes'
import { toPrice } from '../protocol/units'

/** The price of a symbol, always with both sides. */
export interface Quote {
  readonly symbolId: number
  /** The price at which one sells, such as 1.13955. */
  readonly bid: number
  /** The price at which one buys. */
  readonly ask: number
  /** ask - bid; negative if they are crossed. */
  readonly spread: number
  /**
   * Present only if the bid is above the ask. The server can send this for a moment, and no one trades at such
   * prices. `filter(({ crossed }) => !crossed)` removes them.
   */
  readonly crossed?: true
  /** When a side last changed, in ms since the epoch. */
  readonly timestamp: number
  /** The last bid of the trading day before, once the server has sent it. */
  readonly sessionClose?: number
}

/** The known values of a symbol, in 1/100000. */
export interface KnownPrices {
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly sessionClose: number | undefined
  readonly timestamp: number | undefined
}

export const noPrices: KnownPrices = {
  bid: undefined,
  ask: undefined,
  sessionClose: undefined,
  timestamp: undefined,
}

/** The new price if there is one. A price of 0 means none. */
const changed = (known: number | undefined, price: number | undefined): number | undefined =>
  price === 0 ? known : (price ?? known)

/** The known values after an event, which has only those that changed. */
export const nextPrices = (
  known: KnownPrices,
  { bid, ask, sessionClose, timestamp }: ProtoOASpotEvent,
): KnownPrices => ({
  bid: changed(known.bid, bid),
  ask: changed(known.ask, ask),
  sessionClose: changed(known.sessionClose, sessionClose),
  timestamp: timestamp ?? known.timestamp,
})

/** `undefined` as long as a side is unknown. */
export const toQuote = (
  symbolId: number,
  { bid, ask, sessionClose, timestamp }: KnownPrices,
): Quote | undefined => {
  if (bid === undefined || ask === undefined) return undefined
  // Both are written out, because this is done for each price, and a copy takes longer than the rest.
  const quote: Quote =
    sessionClose === undefined
      ? {
          symbolId,
          bid: toPrice(bid),
          ask: toPrice(ask),
          spread: toPrice(ask - bid),
          timestamp: timestamp ?? asyncScheduler.now(),
        }
      : {
          symbolId,
          bid: toPrice(bid),
          ask: toPrice(ask),
          spread: toPrice(ask - bid),
          timestamp: timestamp ?? asyncScheduler.now(),
          sessionClose: toPrice(sessionClose),
        }
  return bid > ask ? { ...quote, crossed: true } : quote
}

/**
 * Quotes of any number of symbols from their spot events (`ProtoOASpotEvent`). An event only has the sides that
 * changed. Emits with each event once both sides of its symbol are known. A price of 0 counts as absent. Each
 * subscription starts without known prices. Errors and completes with the source.
 *
 * `timestamp` is the event's, or that of the event before. If none had one, because `subscribeToSpotTimestamp` was
 * not set, it is the time of arrival by this machine's clock.
 *
 * ```ts
 * spotEvents(account, 1).pipe(mergeQuote()).subscribe(({ bid, ask, spread }) => console.log(bid, ask, spread))
 * ```
 */
export const mergeQuote = (): OperatorFunction<ProtoOASpotEvent, Quote> => event$ =>
  new Observable(subscriber => {
    const bySymbol = new Map<number, KnownPrices>()
    // Not `map` and `filter`, because every price of every symbol passes through here.
    return event$.subscribe({
      next: event => {
        const known = nextPrices(bySymbol.get(event.symbolId) ?? noPrices, event)
        bySymbol.set(event.symbolId, known)
        const quote = toQuote(event.symbolId, known)
        if (quote) subscriber.next(quote)
      },
      error: (error: unknown) => {
        subscriber.error(error)
      },
      complete: () => {
        subscriber.complete()
      },
    })
  })
