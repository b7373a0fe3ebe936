import { map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { symbols } from '../../../index'
import type { Account, SymbolCatalogue } from '../../../index'

type Names = Readonly<Record<string, number>>

/** The official name of a number in an enum. */
export const enumName = (names: Names, value: number): string =>
  Object.keys(names).find(name => names[name] === value) ?? String(value)

/** Something that needs the names of symbols. */
export const withSymbolNames = <T>(
  account: Account,
  project: (nameFor: (symbolId: number) => string) => T,
): Observable<T> =>
  symbols(account).pipe(
    take(1),
    map(({ get }: SymbolCatalogue) => project(id => get(id)?.symbolName ?? String(id))),
  )
