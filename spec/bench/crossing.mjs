// A strategy for threads, which load it as it is: no bundle, no TypeScript.
import { EMPTY, catchError, concatMap, filter, map, pairwise, scan } from 'rxjs'
import { candles, pips, placeOrder, units } from 'rx-ctrader'

const mean = closes => closes.reduce((sum, close) => sum + close, 0) / closes.length

/** Buys when the fast average of the closes rises above the slow one, and sells when it falls below. */
export const crossing = (account, { fast, slow }) =>
  candles(account, 'EURUSD', 'M1', { history: slow }).pipe(
    filter(({ closed }) => closed),
    scan((closes, { close }) => [...closes, close].slice(-slow), []),
    filter(({ length }) => length === slow),
    map(closes => mean(closes.slice(-fast)) > mean(closes)),
    pairwise(),
    filter(([before, now]) => before !== now),
    concatMap(([, isAbove]) =>
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: isAbove ? 'buy' : 'sell',
        volume: units(1_000),
        stopLoss: pips(10),
        takeProfit: pips(10),
      }).pipe(catchError(() => EMPTY)),
    ),
  )
