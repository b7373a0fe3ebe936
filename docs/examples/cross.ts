/** The strategy of the backtests. Its module does nothing else, so that a thread can load it. */
// #region strategy
import { EMPTY, catchError, concatMap, filter, map, pairwise, scan, throwError } from 'rxjs'
import { candles, isCTraderError, pips, placeOrder, units } from 'rx-ctrader'
import type { Strategy } from 'rx-ctrader/backtest'

/** Buys when the fast average of the closes rises above the slow one, and sells when it falls below. */
export const cross: Strategy<{ fast: number; slow: number }> = (account, { fast, slow }) => {
  const mean = (closes: readonly number[]): number => closes.reduce((sum, n) => sum + n, 0) / closes.length
  return candles(account, 'EURUSD', 'M30', { history: slow }).pipe(
    filter(({ closed }) => closed),
    scan((closes, { close }) => [...closes, close].slice(-slow), new Array<number>()),
    filter(({ length }) => length === slow),
    map(closes => mean(closes.slice(-fast)) > mean(closes)),
    pairwise(),
    filter(([before, now]) => before !== now),
    concatMap(([, isAbove]) =>
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: isAbove ? 'buy' : 'sell',
        volume: units(10_000),
        stopLoss: pips(40),
        takeProfit: pips(80),
      }).pipe(
        // In the daily break an order is refused. The strategy goes on.
        catchError((error: unknown) =>
          isCTraderError(error) && error.reason === 'InvalidOrder' ? EMPTY : throwError(() => error),
        ),
      ),
    ),
  )
}
// #endregion
