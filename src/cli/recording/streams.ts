import { combineLatest, from, ignoreElements, merge, mergeMap, of, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  assets,
  candles as liveCandles,
  depth as books,
  equity,
  orders,
  pnl,
  positions,
  spots,
  symbol,
  symbols,
} from '../../index'
import type { Account, PeriodName } from '../../index'
import { parseSymbol } from '../read'
import { usualSymbols } from '../market/live'
import { candlesHistory } from '../market/candles'

/** What is recorded of each symbol. */
export interface SymbolStreams {
  readonly candles?: readonly PeriodName[]
  readonly depth?: boolean
}

const ofSymbol = (
  account: Account,
  name: string,
  { candles = [], depth }: SymbolStreams,
): Observable<unknown> =>
  symbol(account, parseSymbol(name)).pipe(
    take(1),
    switchMap(({ symbolId }) =>
      merge(
        spots(account, symbolId),
        ...candles.map(period => liveCandles(account, symbolId, period, { history: candlesHistory })),
        depth ? books(account, symbolId) : of(),
      ),
    ),
  )

/**
 * Everything that the commands for an account and for some symbols ask for. So a replay has it for them. Never emits
 * or completes.
 */
export const sessionStreams = (
  account: Account,
  names: readonly string[],
  given: SymbolStreams,
): Observable<never> =>
  merge(
    symbols(account),
    assets(account),
    combineLatest([positions(account), orders(account)]),
    pnl(account),
    equity(account),
    from(names.length > 0 ? names : usualSymbols).pipe(mergeMap(name => ofSymbol(account, name, given))),
  ).pipe(ignoreElements())
