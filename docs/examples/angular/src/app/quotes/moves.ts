import { scan } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { Quote } from 'rx-ctrader'
import type { Direction } from '../shared/price'

/** A quote, and where either side of it went last. */
export interface Move {
  readonly quote: Quote
  readonly bid: Direction
  readonly ask: Direction
}

const direction = (before: number, after: number, last: Direction): Direction =>
  after > before ? 'up' : after < before ? 'down' : last

export const moves = (): OperatorFunction<Quote, Move> => quote$ =>
  quote$.pipe(
    scan<Quote, Move, undefined>(
      (last, quote) =>
        last
          ? {
              quote,
              bid: direction(last.quote.bid, quote.bid, last.bid),
              ask: direction(last.quote.ask, quote.ask, last.ask),
            }
          : { quote, bid: 'flat', ask: 'flat' },
      undefined,
    ),
  )
