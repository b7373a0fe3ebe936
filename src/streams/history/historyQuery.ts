import { throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { accountLinks } from '../sharing/accountLinks'
import { retryOnLatest } from '../sharing/persist'
import { nameUnknownSymbol, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { readPages } from './pages'
import type { HistoryList } from './pages'
import { NO_TIME, isTime } from './pageReader'
import type { Page, TimeRange } from './pageReader'

/** The error of an invalid range. */
const rangeFault = ({ from, to }: TimeRange): CTraderError | undefined => {
  for (const [option, time] of Object.entries({ from, to }))
    if (!isTime(time)) return invalidOption(option, NO_TIME)
  return from > to ? invalidOption('from', 'must not be after to') : undefined
}

/** The pages of an account's list, or an error if the range is invalid. What one line does not answer, the next does. */
export const accountPages = <T>(
  account: Account,
  list: HistoryList<T>,
  range: TimeRange,
): Observable<Page<T>> => {
  const fault = rangeFault(range)
  return fault
    ? throwError(() => fault)
    : readPages(ask => retryOnLatest(accountLinks(account), ask), list, range)
}

/** The pages of a list of one symbol, or an error if an option or the symbol is invalid. */
export const symbolPages = <T>(
  account: Account,
  { symbol, ...range }: TimeRange & { readonly symbol: SymbolIdOrName },
  invalid: CTraderError | undefined,
  listOf: (symbolId: number) => HistoryList<T>,
): Observable<Page<T>> => {
  const fault = invalid ?? rangeFault(range)
  return fault
    ? throwError(() => fault)
    : ofSymbol(account, symbol, symbolId => accountPages(account, listOf(symbolId), range)).pipe(
        nameUnknownSymbol(symbol),
      )
}
