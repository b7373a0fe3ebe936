import { throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { accountLinks, answer } from '../sharing/live'
import { namingUnknown, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { pagesOf } from './pages'
import type { Asking, HistoryList } from './pages'
import { NO_TIME, isTime } from './pageReader'
import type { Page, TimeRange } from './pageReader'

/** Survives lost lines: what is not answered on one line is asked on the next. */
const askingOf = (account: Account): Asking => {
  const link$ = accountLinks(account)
  return ask => answer(link$, ask)
}

/** The error of an invalid range. */
export const rangeFault = ({ from, to }: TimeRange): CTraderError | undefined => {
  for (const [option, time] of Object.entries({ from, to }))
    if (!isTime(time)) return invalidOption(option, NO_TIME)
  return from > to ? invalidOption('from', 'must not be after to') : undefined
}

/** The pages of an account's list, or an error if the range is invalid. */
export const accountPages = <T>(
  account: Account,
  list: HistoryList<T>,
  range: TimeRange,
): Observable<Page<T>> => {
  const fault = rangeFault(range)
  return fault ? throwError(() => fault) : pagesOf(askingOf(account), list, range)
}

/** The pages of a list of one symbol, or an error if the range or the symbol is invalid. */
export const symbolPages = <T>(
  account: Account,
  symbol: SymbolIdOrName,
  fault: CTraderError | undefined,
  pages: (asking: Asking, symbolId: number) => Observable<Page<T>>,
): Observable<Page<T>> =>
  fault
    ? throwError(() => fault)
    : ofSymbol(account, symbol, symbolId => pages(askingOf(account), symbolId)).pipe(namingUnknown(symbol))
