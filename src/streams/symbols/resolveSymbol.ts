import { catchError, map, of, switchMap, take, throwError } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import { CTraderError } from '../../errors'
import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { currentCatalogue } from './symbolCatalogue'
import { isUnknowable } from '../sharing/persist'
import { nearestNames } from './symbolNames'
import type { SymbolCatalogue, SymbolIdOrName } from './symbolNames'

export type { SymbolIdOrName } from './symbolNames'

export const unknownSymbol = (symbol: SymbolIdOrName, nearest: readonly string[] = []): CTraderError =>
  new CTraderError({ reason: 'UnknownSymbol', symbol, nearest })

/** The catalogue's entry of a symbol. Throws `UnknownSymbol` if there is none. */
export const findSymbol = ({ all, get }: SymbolCatalogue, symbol: SymbolIdOrName): ProtoOALightSymbol => {
  // Callers may be untyped.
  if (typeof symbol !== 'number' && typeof symbol !== 'string') throw unknownSymbol(String(symbol))
  const found = get(symbol)
  if (found) return found
  if (typeof symbol === 'number') throw unknownSymbol(symbol)
  const names = all.flatMap(({ symbolName }) => symbolName ?? [])
  throw unknownSymbol(symbol, nearestNames(symbol, names))
}

/** Whether the value can be an id. Only the server knows whether such a symbol exists. */
export const isId = (symbol: SymbolIdOrName): symbol is number => Number.isSafeInteger(symbol)

/**
 * The id of a symbol. Emits once and completes. An id is emitted at once, without a request. Errors with
 * `UnknownSymbol` for an unknown name, and for a number that cannot be an id.
 */
export const resolveSymbol = (account: Account, symbol: SymbolIdOrName): Observable<number> =>
  isId(symbol)
    ? of(symbol)
    : currentCatalogue(account, ({ catalogue }) => catalogue()).pipe(
        take(1),
        map(catalogue => findSymbol(catalogue, symbol).symbolId),
      )

/** Maps a symbol to what `make` gives for its id. Synchronous if the symbol is an id. */
export const ofSymbol = <T>(
  account: Account,
  symbol: SymbolIdOrName,
  make: (symbolId: number) => Observable<T>,
): Observable<T> => (isId(symbol) ? make(symbol) : resolveSymbol(account, symbol).pipe(switchMap(make)))

/** Turns the server's refusal of an unknown symbol into `UnknownSymbol`. A wrong id is only found here. */
export const nameUnknownSymbol = <T>(symbol: SymbolIdOrName): MonoTypeOperatorFunction<T> =>
  catchError((error: unknown) => throwError(() => (isUnknowable(error) ? unknownSymbol(symbol) : error)))
