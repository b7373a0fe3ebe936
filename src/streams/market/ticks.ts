import { defer, mergeMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Quote } from '../../operators/mergeQuote'
import type { QuoteSide } from '../../protocol/side'
import type { Tick } from '../../protocol/units'
import type { Account } from '../../session/account'
import { spots } from './spots'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** A new price of one side. */
export interface SymbolTick extends Tick {
  readonly symbolId: number
  readonly side: QuoteSide
}

const sides = ['bid', 'ask'] as const

/**
 * The prices of a symbol, by id or name, one side at a time. Emits one value for each side that changed, the bid
 * first if both did (`ProtoOASpotEvent`). Begins with both current sides. Depends on `spots` and behaves like it:
 * errors with `UnknownSymbol` and with the account; never completes. Of the changes while the line was down, only
 * the last comes.
 *
 * `toCandles` makes bars from the bids, like those of `candles` but with less volume: the server counts asks too.
 *
 * ```ts
 * ticks(account, 'EURUSD').pipe(
 *   filter(({ side }) => side === 'bid'),
 *   toCandles(ProtoOATrendbarPeriod.M1),
 * )
 * ```
 */
export const ticks = (account: Account, symbol: SymbolIdOrName): Observable<SymbolTick> =>
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
