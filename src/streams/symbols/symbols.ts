import { defer, distinctUntilChanged, map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { deepEqual } from '../../util/deepEqual'
import { oncePer } from '../../util/oncePer'
import type { ProtoOALightSymbol, ProtoOASymbol } from '../../protocol/messages/symbols'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { currentCatalogue, sessionSymbols } from './symbolCatalogue'
import type { KnownSymbols } from './symbolCatalogue'
import { shareByKey } from '../sharing/shareByKey'
import { isId, findSymbol, unknownSymbol } from './resolveSymbol'
import type { SymbolCatalogue, SymbolIdOrName } from './symbolNames'

/** A symbol with its name, its assets and all its terms. */
export type SymbolDetails = ProtoOALightSymbol & ProtoOASymbol

const catalogues = shareByKey<SymbolCatalogue>()
const sharedTerms = shareByKey<SymbolDetails>()

/**
 * The symbols of an account (`ProtoOASymbolsListReq`), to be found by id or by name. Emits at once if they are
 * known, and again when they change. Requested once per session, and again after a `ProtoOASymbolChangedEvent`.
 * While the line is down nothing new comes, and a late consumer gets the last value. Errors with the account; never
 * completes.
 *
 * ```ts
 * symbols(account).subscribe(({ all, get }) => console.log(all.length, get('EUR/USD')?.symbolId))
 * ```
 */
export const symbols = (account: Account): Observable<SymbolCatalogue> =>
  catalogues(account, 'all', () =>
    currentCatalogue(account, ({ catalogue }) => catalogue()).pipe(
      distinctUntilChanged((a, b) => deepEqual(a.all, b.all)),
    ),
  )

/**
 * Looks a symbol up in each list that comes. An id need not be in a list: a position may be in an archived symbol,
 * and the server has the terms of that by id.
 */
export const symbolFinder = (
  symbol: SymbolIdOrName,
): ((catalogue: SymbolCatalogue) => ProtoOALightSymbol) => {
  if (!isId(symbol)) return catalogue => findSymbol(catalogue, symbol)
  let last: ProtoOALightSymbol = { symbolId: symbol }
  return catalogue => {
    last = catalogue.get(symbol) ?? last
    return last
  }
}

/** The terms of a symbol. Errors if the server does not have it, or not any more. */
const termsOf = (
  { terms }: Pick<KnownSymbols, 'terms'>,
  symbolId: number,
  idOrName: SymbolIdOrName,
): Observable<ProtoOASymbol> =>
  terms(symbolId).pipe(
    map(full => {
      if (!full) throw unknownSymbol(idOrName)
      return full
    }),
  )

/**
 * Both entries of a symbol as one. Made once, because each order needs it, and what is derived from it, such as the
 * trading week, is kept with it.
 */
const joined = oncePer((light: ProtoOALightSymbol) =>
  oncePer((full: ProtoOASymbol): SymbolDetails => ({ ...light, ...full })),
)

type Known = Omit<KnownSymbols, 'changed$'>

/** A symbol with its entry in the list. */
const listedTerms = (idOrName: SymbolIdOrName): ((known: Known) => Observable<SymbolDetails>) => {
  const listed = symbolFinder(idOrName)
  return known =>
    known.catalogue().pipe(
      map(listed),
      switchMap(light => termsOf(known, light.symbolId, idOrName).pipe(map(joined(light)))),
    )
}

/**
 * All data of a symbol (`ProtoOASymbolByIdReq`): digits, volumes in cents of a unit, schedule, assets … Emits again
 * when it changes. Symbols of the same turn are requested together, and a known symbol is not requested again.
 *
 * A symbol that is not in the account's list, for example an archived one, can be had by its id. Then it has the
 * name and assets that the list had last, or none. Errors with `UnknownSymbol` and the nearest names if the account
 * has no such symbol, and with the account. Never completes.
 *
 * ```ts
 * symbol(account, 'EURUSD').subscribe(({ symbolId, digits, lotSize }) => console.log(symbolId, digits, lotSize))
 * ```
 */
export const symbol = (account: Account, idOrName: SymbolIdOrName): Observable<SymbolDetails> =>
  sharedTerms(account, `${typeof idOrName} ${idOrName}`, () =>
    currentCatalogue(account, listedTerms(idOrName)).pipe(distinctUntilChanged((a, b) => deepEqual(a, b))),
  )

/** By id, the list (2115) is not requested; its fields are present if the list is known anyway. */
const plainTerms =
  (symbolId: number) =>
  (known: Known): Observable<SymbolDetails> =>
    termsOf(known, symbolId, symbolId).pipe(
      map(full => {
        const light = known.knownCatalogue()?.get(symbolId)
        return light ? joined(light)(full) : full
      }),
    )

/**
 * What `read` makes of the terms of a symbol, for each session and after each change of symbols. The terms come once,
 * and at once if they are known.
 */
export const eachTerms = <T>(
  account: Account,
  idOrName: SymbolIdOrName,
  read: (terms$: Observable<SymbolDetails>) => Observable<T>,
): Observable<T> =>
  defer(() => {
    const terms = isId(idOrName) ? plainTerms(idOrName) : listedTerms(idOrName)
    return currentCatalogue(account, known => read(terms(known)))
  })

/**
 * The terms of a symbol for callers that do not need its name, as `symbol`. It never begins with terms that the server
 * has changed, or that are of an earlier session.
 */
export const symbolTerms = (account: Account, idOrName: SymbolIdOrName): Observable<SymbolDetails> =>
  eachTerms(account, idOrName, terms$ => terms$)

/** The terms of a symbol if they are known on the account's link, without a request. */
export const knownTerms = (
  account: Account,
  link: Link,
  idOrName: SymbolIdOrName,
): SymbolDetails | undefined => {
  const known = sessionSymbols(account, link)
  const light = known.knownCatalogue()?.get(idOrName)
  const symbolId = isId(idOrName) ? idOrName : light?.symbolId
  const full = symbolId === undefined ? undefined : known.knownTerms(symbolId)
  return full && light ? joined(light)(full) : full
}
