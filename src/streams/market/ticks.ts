import { defer, mergeMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Quote } from '../../operators/mergeQuote'
import type { Tick } from '../../protocol/units'
import type { Account } from '../../session/account'
import { spots } from './spots'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** A new price of one side. */
export interface SideTick extends Tick {
  readonly symbolId: number
  readonly side: 'bid' | 'ask'
}

const sides = ['bid', 'ask'] as const

/**
 * The prices of a symbol, by id or name, one side at a time: one value for each side that changed, the bid first where
 * both did (`ProtoOASpotEvent`). Begins with both sides as they stand. Lives as `spots`, on which it stands: errors with
 * `UnknownSymbol` and with the account, never completes. Of what changed while the line was down only the last comes.
 *
 * Of the bids `toCandles` makes bars as those of `candles`, with less volume: the server counts asks, too.
 *
 * ```ts
 * ticks(account, 'EURUSD').pipe(
 *   filter(({ side }) => side === 'bid'),
 *   toCandles(ProtoOATrendbarPeriod.M1),
 * )
 * ```
 */
export const ticks = (account: Account, symbol: SymbolIdOrName): Observable<SideTick> =>
  defer(() => {
    let before: Quote | undefined
    return spots(account, symbol).pipe(
      mergeMap(quote => {
        const last = before
        before = quote
        const { symbolId, timestamp } = quote
        return sides
          .filter(side => quote[side] !== last?.[side])
          .map(side => ({ symbolId, side, price: quote[side], timestamp }))
      }),
    )
  })
