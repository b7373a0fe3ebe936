import { catchError, of, take, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../errors'
import type { Account } from '../../session/account'
import { symbolTerms } from '../../streams/symbols/symbols'
import type { SymbolTerms } from '../../streams/symbols/symbols'

/** What of a symbol a change of a position or an order goes by. */
export type ChangeTerms = Omit<SymbolTerms, 'pipPosition'> & Partial<Pick<SymbolTerms, 'pipPosition'>>

/** Finer than the prices of symbols are, so that any price is let through; and of prices up to ten millions. */
const FINEST_DIGITS = 8

/**
 * Terms by which nothing is refused that the server may take: what they cannot tell, as how large a lot or a pip is, is
 * absent.
 */
export const noTerms = (symbolId: number): ChangeTerms => ({
  symbolId,
  digits: FINEST_DIGITS,
  guaranteedStopLoss: true,
})

/**
 * The terms of a symbol that the account has a position or an order in. The server may tell none, as of an archived
 * symbol: then a change is its to judge.
 */
export const changeTerms = (account: Account, symbolId: number): Observable<ChangeTerms> =>
  symbolTerms(account, symbolId).pipe(
    take(1),
    catchError((error: unknown) =>
      hasReason(error, 'UnknownSymbol') ? of(noTerms(symbolId)) : throwError(() => error),
    ),
  )
