import { filter, map, scan, switchMap, take, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import { candles as liveCandles, symbol } from '../../index'
import type { Account, PeriodName, SymbolCandle } from '../../index'
import type { Context, Run } from '../definition'
import { result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { dateAndTime, isoTime } from '../output/text'
import { parseSymbol } from '../read'
import { withAccount } from '../session/openAccount'
import { SCREEN_INTERVAL, limit } from './live'
import type { LiveOptions } from './live'

export interface CandlesOptions extends LiveOptions {
  readonly history?: number
}

/** So many closed bars come first, if the user does not say. */
export const candlesHistory = 10

const columns = (digits: number, { green, red }: Context['colours']): readonly Column<SymbolCandle>[] => {
  const price = (title: 'open' | 'high' | 'low' | 'close'): Column<SymbolCandle> => ({
    title,
    cell: candle => candle[title].toFixed(digits),
    right: true,
  })
  return [
    { title: 'UTC', cell: ({ timestamp }) => dateAndTime(timestamp) },
    price('open'),
    price('high'),
    price('low'),
    { ...price('close'), colour: ({ open, close }) => (close < open ? red : green) },
    { title: 'volume', cell: ({ volume }) => volume, right: true },
    { title: '', cell: ({ closed }) => (closed ? '' : 'forming') },
  ]
}

/** What `--json` writes of a bar. */
const jsonFrom = (name: string, period: string, candle: SymbolCandle) => {
  const { timestamp, open, high, low, close, volume, closed, late } = candle
  return { symbol: name, period, time: isoTime(timestamp), open, high, low, close, volume, closed, late }
}

/** The last bars, in place. */
const screen = (
  candle$: Observable<SymbolCandle>,
  digits: number,
  count: number,
  { colours, room, terminal }: Context,
): Observable<Outcome> =>
  candle$.pipe(
    scan((bars: readonly SymbolCandle[], candle) => {
      const kept = bars.filter(({ timestamp }) => timestamp < candle.timestamp)
      return [...kept, candle].slice(-1 - count)
    }, []),
    throttleTime(SCREEN_INTERVAL, undefined, { leading: false, trailing: true }),
    map(bars => {
      const visible = bars.slice(2 - (terminal.size()?.rows ?? Infinity))
      return { block: table(columns(digits, colours), visible, colours, room()) }
    }),
  )

const outcomes = (
  account: Account,
  name: string,
  period: string,
  options: CandlesOptions,
  context: Context,
): Observable<Outcome> => {
  const { history = candlesHistory } = options
  return symbol(account, parseSymbol(name)).pipe(
    take(1),
    switchMap(({ digits, symbolId, symbolName = name }) => {
      const candle$ = liveCandles(account, symbolId, period as PeriodName, { history })
      if (context.mode === 'screen') return screen(candle$.pipe(limit(options)), digits, history, context)
      const cells = columns(digits, context.colours)
      const wanted$ = context.mode === 'json' ? candle$ : candle$.pipe(filter(({ closed }) => closed))
      return wanted$.pipe(
        limit(options),
        map(candle =>
          result(
            jsonFrom(symbolName, period, candle),
            cells
              .slice(0, -1)
              .map(({ cell }) => cell(candle))
              .join('  '),
          ),
        ),
      )
    }),
  )
}

/** Live bars. In a file or a pipe these are the closed ones, and with `--json` also the changes of the forming one. */
export const candles: Run<CandlesOptions> = ([name = '', period = ''], options, context) =>
  withAccount(
    options,
    context,
    ({ account }) => outcomes(account, name, period.toUpperCase(), options, context),
    { goesOn: true },
  )
