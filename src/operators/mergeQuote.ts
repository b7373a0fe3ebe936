import { Observable, asyncScheduler } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOASpotEvent } from '../protocol/messages/quotes'
import { toPrice } from '../protocol/units'

/** What a symbol costs: both sides, always. */
export interface Quote {
  readonly symbolId: number
  /** What one gets for it, such as 1.13955. */
  readonly bid: number
  /** What one pays for it. */
  readonly ask: number
  /** ask - bid; below 0 where they are crossed. */
  readonly spread: number
  /**
   * Only there where the bid is above the ask, as the server itself can send it for a moment: nobody trades at such
   * prices. `filter(({ crossed }) => !crossed)` leaves them out.
   */
  readonly crossed?: true
  /** When a side changed last, in ms since the epoch. */
  readonly timestamp: number
  /** The last bid of the trading day before, once the server has told it. */
  readonly sessionClose?: number
}

/** What is known of a symbol, in 1/100000. */
interface Known {
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly sessionClose: number | undefined
  readonly timestamp: number | undefined
}

const nothing: Known = { bid: undefined, ask: undefined, sessionClose: undefined, timestamp: undefined }

/** The new price, unless it is none: nothing costs 0. */
const changed = (known: number | undefined, price: number | undefined): number | undefined =>
  price === 0 ? known : (price ?? known)

const withEvent = (known: Known, { bid, ask, sessionClose, timestamp }: ProtoOASpotEvent): Known => ({
  bid: changed(known.bid, bid),
  ask: changed(known.ask, ask),
  sessionClose: changed(known.sessionClose, sessionClose),
  timestamp: timestamp ?? known.timestamp,
})

const toQuote = (symbolId: number, { bid, ask, sessionClose, timestamp }: Known): Quote | undefined => {
  if (bid === undefined || ask === undefined) return undefined
  const quote = {
    symbolId,
    bid: toPrice(bid),
    ask: toPrice(ask),
    spread: toPrice(ask - bid),
    timestamp: timestamp ?? asyncScheduler.now(),
  }
  // Nearly every quote is neither of these: it is not copied.
  if (sessionClose === undefined && bid <= ask) return quote
  return {
    ...quote,
    ...(sessionClose !== undefined && { sessionClose: toPrice(sessionClose) }),
    ...(bid > ask && { crossed: true as const }),
  }
}

/**
 * Quotes of any number of symbols from their spot events (`ProtoOASpotEvent`), which tell of a side only when it
 * changes. Emits with each event from when both sides of its symbol are known; a price of 0 is none. What is known
 * begins anew with each subscription. Errors and completes with the source.
 *
 * `timestamp` is the event's; where it has none, that of the one before; and where none ever had one, because it was
 * not asked for (`subscribeToSpotTimestamp`), when it came by the clock of this machine.
 *
 * ```ts
 * spotEvents(account, 1).pipe(mergeQuote()).subscribe(({ bid, ask, spread }) => console.log(bid, ask, spread))
 * ```
 */
export const mergeQuote = (): OperatorFunction<ProtoOASpotEvent, Quote> => event$ =>
  new Observable(subscriber => {
    const bySymbol = new Map<number, Known>()
    // Not `map` and `filter`: every price of every symbol goes this way.
    return event$.subscribe({
      next: event => {
        const known = withEvent(bySymbol.get(event.symbolId) ?? nothing, event)
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
