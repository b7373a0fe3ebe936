import { catchError, map, of, switchMap, take, throwError } from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import { CTraderError } from '../errors'
import type { ProtoOALightSymbol } from '../protocol/symbols'
import type { Account } from '../session/account'
import { ofSymbols } from './catalogue'
import { isUnknowable } from './live'
import { nearestNames } from './symbolNames'
import type { SymbolCatalogue, SymbolIdOrName } from './symbolNames'

export type { SymbolIdOrName } from './symbolNames'

export const unknownSymbol = (symbol: SymbolIdOrName, nearest: readonly string[] = []): CTraderError =>
  new CTraderError({ reason: 'UnknownSymbol', symbol, nearest })

/** What a catalogue has of a symbol. Throws `UnknownSymbol` where that is nothing. */
export const symbolIn = ({ all, get }: SymbolCatalogue, symbol: SymbolIdOrName): ProtoOALightSymbol => {
  const found = get(symbol)
  if (found) return found
  if (typeof symbol === 'number') throw unknownSymbol(symbol)
  const names = all.flatMap(({ symbolName }) => symbolName ?? [])
  throw unknownSymbol(symbol, nearestNames(symbol, names))
}

/**
 * The id of a symbol: emits it once and completes, a number at once and without asking anybody. Errors with
 * `UnknownSymbol` where there is no such name.
 */
export const symbolIdOf = (account: Account, symbol: SymbolIdOrName): Observable<number> =>
  typeof symbol === 'number'
    ? of(symbol)
    : ofSymbols(account, ({ catalogue }) => catalogue()).pipe(
        take(1),
        map(catalogue => symbolIn(catalogue, symbol).symbolId),
      )

/** What is made of a symbol's id: at once of a number. */
export const ofSymbol = <T>(
  account: Account,
  symbol: SymbolIdOrName,
  make: (symbolId: number) => Observable<T>,
): Observable<T> =>
  typeof symbol === 'number' ? make(symbol) : symbolIdOf(account, symbol).pipe(switchMap(make))

/** The server's own words for a symbol it does not have, as `UnknownSymbol`: whoever asks by a number learns it here. */
export const namingUnknown = <T>(symbol: SymbolIdOrName): MonoTypeOperatorFunction<T> =>
  catchError((error: unknown) => throwError(() => (isUnknowable(error) ? unknownSymbol(symbol) : error)))
