import { distinctUntilChanged, map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { deepEqual } from '../../util/deepEqual'
import type { ProtoOALightSymbol, ProtoOASymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { catalogueOfSymbols } from './symbolCatalogue'
import { shareByKey } from '../sharing/shareByKey'
import { isId, symbolIn, unknownSymbol } from './resolveSymbol'
import type { SymbolCatalogue, SymbolIdOrName } from './symbolNames'

/** A symbol as the list has it, with its name and assets, and all its terms. */
export type SymbolTerms = ProtoOALightSymbol & ProtoOASymbol

const catalogues = shareByKey<SymbolCatalogue>()
const terms = shareByKey<SymbolTerms>()

/**
 * The symbols of an account (`ProtoOASymbolsListReq`), to be found by id or by name: at once where they are known,
 * and again when they have changed. They are asked once for a session, again on the next one and after a
 * `ProtoOASymbolChangedEvent`. While the line is down nothing new comes, and a late consumer gets what others have got
 * before. Errors with the account; never completes.
 *
 * ```ts
 * symbols(account).subscribe(({ all, get }) => console.log(all.length, get('EUR/USD')?.symbolId))
 * ```
 */
export const symbols = (account: Account): Observable<SymbolCatalogue> =>
  catalogues(account, 'all', () =>
    catalogueOfSymbols(account, ({ catalogue }) => catalogue()).pipe(
      distinctUntilChanged((a, b) => deepEqual(a.all, b.all)),
    ),
  )

/**
 * What the lists that come have of a symbol. An id is known without one: a position may be in a symbol that is archived,
 * or not traded any more, and the server has the terms of that by its id.
 */
export const listing = (symbol: SymbolIdOrName): ((catalogue: SymbolCatalogue) => ProtoOALightSymbol) => {
  if (!isId(symbol)) return catalogue => symbolIn(catalogue, symbol)
  let last: ProtoOALightSymbol = { symbolId: symbol }
  return catalogue => {
    last = catalogue.get(symbol) ?? last
    return last
  }
}

/**
 * All there is to know of a symbol (`ProtoOASymbolByIdReq`): digits, volumes in cents of a unit, schedule, assets …;
 * again when it has changed. Symbols that are wanted in the same turn cost one request, and one that is known none. By
 * its id there is a symbol also where the account's list does not have it, archived for example: then with what the
 * list told of it last, or without its name and assets. Errors with `UnknownSymbol` and the nearest names where the account has no
 * such symbol, and with the account; never completes.
 *
 * ```ts
 * symbol(account, 'EURUSD').subscribe(({ symbolId, digits, lotSize }) => console.log(symbolId, digits, lotSize))
 * ```
 */
export const symbol = (account: Account, idOrName: SymbolIdOrName): Observable<SymbolTerms> =>
  terms(account, `${typeof idOrName} ${idOrName}`, () => {
    const listed = listing(idOrName)
    return catalogueOfSymbols(account, known =>
      known.catalogue().pipe(
        map(listed),
        switchMap(light =>
          known.terms(light.symbolId).pipe(
            map(full => {
              // In no list, or gone before it could be asked for.
              if (!full) throw unknownSymbol(idOrName)
              return { ...light, ...full }
            }),
          ),
        ),
      ),
    ).pipe(distinctUntilChanged((a, b) => deepEqual(a, b)))
  })

/**
 * The terms of a symbol, for what does not need its name: by its id they are asked for without the list (2115), whose
 * part is there where it is known anyway. Otherwise as `symbol`.
 */
export const symbolTerms = (account: Account, idOrName: SymbolIdOrName): Observable<SymbolTerms> =>
  isId(idOrName)
    ? catalogueOfSymbols(account, ({ knownCatalogue, terms: termsBy }) =>
        termsBy(idOrName).pipe(
          map(full => {
            if (!full) throw unknownSymbol(idOrName)
            return { ...knownCatalogue()?.get(idOrName), ...full }
          }),
        ),
      )
    : symbol(account, idOrName)
