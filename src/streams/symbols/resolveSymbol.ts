import { catchError, map, of, switchMap, take, throwError } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import { CTraderError } from '../../errors'
import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { catalogueOfSymbols } from './symbolCatalogue'
import { isUnknowable } from '../sharing/live'
import { nearestNames } from './symbolNames'
import type { SymbolCatalogue, SymbolIdOrName } from './symbolNames'

export type { SymbolIdOrName } from './symbolNames'

export const unknownSymbol = (symbol: SymbolIdOrName, nearest: readonly string[] = []): CTraderError =>
  new CTraderError({ reason: 'UnknownSymbol', symbol, nearest })

/** What a catalogue has of a symbol. Throws `UnknownSymbol` where that is nothing. */
export const symbolIn = ({ all, get }: SymbolCatalogue, symbol: SymbolIdOrName): ProtoOALightSymbol => {
  // What no compiler has looked at has no letters to go by.
  if (typeof symbol !== 'number' && typeof symbol !== 'string') throw unknownSymbol(String(symbol))
  const found = get(symbol)
  if (found) return found
  if (typeof symbol === 'number') throw unknownSymbol(symbol)
  const names = all.flatMap(({ symbolName }) => symbolName ?? [])
  throw unknownSymbol(symbol, nearestNames(symbol, names))
}

/** Whether there is such a symbol, the server knows. What can be no id it cannot even be asked about. */
export const isId = (symbol: SymbolIdOrName): symbol is number => Number.isSafeInteger(symbol)

/**
 * The id of a symbol: emits it once and completes, an id at once and without asking anybody. Errors with
 * `UnknownSymbol` where there is no such name, and for a number that can be no id.
 */
export const resolveSymbol = (account: Account, symbol: SymbolIdOrName): Observable<number> =>
  isId(symbol)
    ? of(symbol)
    : catalogueOfSymbols(account, ({ catalogue }) => catalogue()).pipe(
        take(1),
        map(catalogue => symbolIn(catalogue, symbol).symbolId),
      )

/** What is made of a symbol's id: at once of an id. */
export const ofSymbol = <T>(
  account: Account,
  symbol: SymbolIdOrName,
  make: (symbolId: number) => Observable<T>,
): Observable<T> => (isId(symbol) ? make(symbol) : resolveSymbol(account, symbol).pipe(switchMap(make)))

/** The server's own words for a symbol it does not have, as `UnknownSymbol`: whoever asks by a number learns it here. */
export const namingUnknown = <T>(symbol: SymbolIdOrName): MonoTypeOperatorFunction<T> =>
  catchError((error: unknown) => throwError(() => (isUnknowable(error) ? unknownSymbol(symbol) : error)))
