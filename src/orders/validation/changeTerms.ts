import { catchError, of, take, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../errors'
import type { Account } from '../../session/account'
import { symbolTerms } from '../../streams/symbols/symbols'
import type { SymbolDetails } from '../../streams/symbols/symbols'

/** The terms of a symbol that a change needs. */
export type ChangeTerms = Omit<SymbolDetails, 'pipPosition'> & Partial<Pick<SymbolDetails, 'pipPosition'>>

/** Finer than any symbol's prices, so that no price is refused, and still exact for prices up to ten million. */
const FINEST_DIGITS = 8

/**
 * Terms that refuse nothing that the server may take. The size of a lot and of a pip is unknown, so both are
 * absent.
 */
export const noTerms = (symbolId: number): ChangeTerms => ({
  symbolId,
  digits: FINEST_DIGITS,
  guaranteedStopLoss: true,
})

/**
 * The terms of the symbol of a position or order. The server may have none, as for an archived symbol: then the
 * server alone checks the change.
 */
export const changeTerms = (account: Account, symbolId: number): Observable<ChangeTerms> =>
  symbolTerms(account, symbolId).pipe(
    take(1),
    catchError((error: unknown) =>
      hasReason(error, 'UnknownSymbol') ? of(noTerms(symbolId)) : throwError(() => error),
    ),
  )
