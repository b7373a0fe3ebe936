/** What `npm start` shows of an account that is authenticated. */
import {
  EMPTY,
  auditTime,
  distinctUntilChanged,
  interval,
  map,
  merge,
  of,
  startWith,
  switchMap,
  throttleTime,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from 'rx-ctrader'
import { lineOf, quoteRow, quoteRows, tableOf } from './quotes'
import { isTerminal } from './screen'
import type { Shown } from './screen'

const READY = 'fully authenticated and ready for more communication with the server'

/** Something for as long as an account is authenticated, and something else while it is not. */
const whileAuthenticated = <T>(
  { authenticated$ }: Account,
  something$: Observable<T>,
  else$: Observable<T> = EMPTY,
): Observable<T> =>
  authenticated$.pipe(
    map(({ status }) => status === 'authenticated'),
    distinctUntilChanged(),
    switchMap(is => (is ? something$ : else$)),
  )

/** Says so once a second. */
export const bare = (account: Account): Observable<Shown> =>
  whileAuthenticated(
    account,
    interval(1000).pipe(
      startWith(0),
      map(() => ({ line: READY })),
    ),
  )

const symbols = ['EURUSD', 'GBPUSD', 'XAUUSD']

/** A table that changes in place, as fast as one can read. */
const onTerminal = (account: Account): Observable<Shown> => {
  const table$ = quoteRows(account, symbols).pipe(
    auditTime(100),
    map(rows => ({ block: [READY, tableOf(rows)].join('\n') })),
  )
  return whileAuthenticated(account, table$, of({ block: '' }))
}

/** A line for each symbol whose price has changed, once a second. */
const asLines = (account: Account): Observable<Shown> => {
  const lines = symbols.map(name =>
    quoteRow(account, name).pipe(
      throttleTime(1000, undefined, { leading: true, trailing: true }),
      map(row => ({ line: lineOf(row) })),
    ),
  )
  return merge(bare(account), ...lines)
}

/** Says so, and what three symbols cost. */
export const withQuotes = isTerminal ? onTerminal : asLines
