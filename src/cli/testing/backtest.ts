import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { concatMap, defer, from, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { backtest as runBacktest, resultJson, tradesCsv } from '../../backtest'
import type { BacktestResult, History, Statistics } from '../../backtest'
import { omitUndefined } from '../../util/omitUndefined'
import type { CommonOptions, Context, Run } from '../definition'
import { Mistake, note, result } from '../outcome'
import type { Outcome } from '../outcome'
import { list } from '../output/table'
import { readHistories } from './historyFiles'
import { historyNotes, spreadNotes } from './historyNotes'
import { runParams } from './params'
import { checkResultFiles, saveReport } from './resultFiles'
import type { ResultFiles } from './resultFiles'
import { readSymbols } from './simulatorFiles'
import { loadStrategy } from './strategyModule'

/** The options that a backtest and a sweep have in common. */
export interface StrategyOptions extends CommonOptions, ResultFiles {
  readonly history?: readonly string[]
  readonly symbol?: string
  readonly symbols?: string
  readonly spread?: number
  readonly timeZone?: string
  readonly from?: number
  readonly to?: number
  readonly seed?: number
  readonly balance?: number
  readonly param?: readonly (readonly [string, string])[]
  readonly export?: string
}

const percent = (part: number | undefined): string | undefined =>
  part === undefined ? undefined : `${(100 * part).toFixed(1)} %`

const fixed = (value: number | undefined): string | undefined => value?.toFixed(2)

/** The figures of a run, with their names. */
export const figures = (statistics: Statistics) =>
  [
    ['trades', statistics.trades],
    ['net', fixed(statistics.net)],
    ['costs', fixed(statistics.costs)],
    ['win rate', percent(statistics.winRate)],
    ['profit factor', fixed(statistics.profitFactor)],
    ['expectancy', fixed(statistics.expectancy)],
    ['drawdown', `${statistics.maxDrawdown.toFixed(2)} (${percent(statistics.maxDrawdownPart) ?? ''})`],
    ['Sharpe', fixed(statistics.sharpe)],
    ['Sortino', fixed(statistics.sortino)],
    ['yearly growth', percent(statistics.cagr)],
    ['exposure', percent(statistics.exposure)],
    ['unclear exits', statistics.unclearExits],
  ] as const

/** What a backtest and a sweep are given of the options. */
export const commonSettings = async (options: StrategyOptions, folder: string) => {
  const { history = [], symbol, spread, timeZone, from: begin, to, seed, balance } = options
  checkResultFiles(options, folder)
  if (history.length === 0) throw new Mistake('--history is missing: a file with bars or ticks.')
  return {
    history: await readHistories(history, folder, omitUndefined({ symbol, spread, timeZone })),
    ...(options.symbols !== undefined && { symbols: readSymbols(options.symbols, folder) }),
    ...(begin !== undefined && { from: begin }),
    ...(to !== undefined && { to }),
    ...(seed !== undefined && { seed }),
    ...(balance !== undefined && { account: { balance } }),
  }
}

const saved = async (
  found: BacktestResult,
  history: readonly History[],
  { csv, report }: StrategyOptions,
  { colours, terminal }: Context,
): Promise<readonly Outcome[]> => {
  if (csv !== undefined) writeFileSync(resolve(terminal.folder, csv), await tradesCsv(found))
  const text = list([...figures(found.statistics), ['still open', found.open.length]], colours)
  return [
    { block: '' },
    ...historyNotes(found),
    ...spreadNotes(history),
    result(JSON.parse(resultJson(found)), text),
    ...(csv === undefined ? [] : [note(`Wrote the trades to ${csv}.`)]),
    ...saveReport(found, history, report, terminal.folder),
  ]
}

/** Runs a strategy over a history. */
export const backtest: Run<StrategyOptions> = ([path = ''], options, context) =>
  defer(async () => ({
    ...loadStrategy(path, context.terminal.folder, options.export),
    settings: await commonSettings(options, context.terminal.folder),
  })).pipe(
    switchMap(({ strategy, settings }) =>
      runBacktest(strategy, { ...settings, params: runParams(options.param) }).pipe(
        concatMap((event): Observable<Outcome> => {
          if (event.kind === 'result')
            return from(saved(event, settings.history, options, context)).pipe(
              concatMap(outcomes => outcomes),
            )
          return from([{ block: `${Math.floor(100 * event.progress)} %` }])
        }),
      ),
    ),
  )
