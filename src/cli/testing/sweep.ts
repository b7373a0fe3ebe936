import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { concatMap, defer, from, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { resultJson, runsCsv, sweep as runSweep } from '../../backtest'
import type { History, Measure, SweepResult } from '../../backtest'
import { workerThreads } from '../../node'
import type { Context, Run } from '../definition'
import { Mistake, note, result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { commonSettings } from './backtest'
import type { StrategyOptions } from './backtest'
import { historyNotes, spreadNotes } from './historyNotes'
import { sweepParams } from './params'
import { saveReport } from './resultFiles'
import { loadStrategy } from './strategyModule'

export interface SweepOptions extends StrategyOptions {
  readonly by?: string
  readonly top?: number
}

type Result = SweepResult<Record<string, unknown>>
type SweepRow = Result['runs'][number]

const TOP = 10

const columns = ({ params, by }: Result): readonly Column<SweepRow>[] => [
  ...Object.keys(params).map((name): Column<SweepRow> => ({
    title: name,
    cell: run => String(run.params[name]),
    right: true,
  })),
  { title: by, cell: ({ value }) => value?.toFixed(2), right: true },
  { title: 'trades', cell: ({ statistics }) => statistics.trades, right: true },
  { title: 'net', cell: ({ statistics }) => statistics.net.toFixed(2), right: true },
  { title: 'drawdown', cell: ({ statistics }) => statistics.maxDrawdown.toFixed(2), right: true },
]

const saved = async (
  found: Result,
  history: readonly History[],
  { csv, report, top = TOP }: SweepOptions,
  { colours, room, terminal }: Context,
): Promise<readonly Outcome[]> => {
  if (csv !== undefined) writeFileSync(resolve(terminal.folder, csv), await runsCsv(found))
  const failed = found.failures.map(({ params, error }) =>
    note(`failed with ${JSON.stringify(params)}: ${error}`),
  )
  return [
    { block: '' },
    ...failed,
    ...historyNotes(found),
    ...spreadNotes(history),
    result(JSON.parse(resultJson(found)), table(columns(found), found.runs.slice(0, top), colours, room())),
    ...(csv === undefined ? [] : [note(`Wrote all runs to ${csv}.`)]),
    ...saveReport(found, history, report, terminal.folder),
  ]
}

/** Runs a strategy with each combination of parameters, on all processors where Node can load it itself. */
export const sweep: Run<SweepOptions> = ([path = ''], options, context) =>
  defer(async () => {
    const params = sweepParams(options.param)
    if (Object.keys(params).length === 0)
      throw new Mistake('--param is missing: the values of a parameter, as fast=5,10,20 or fast=5..20:5.')
    const { terminal } = context
    const { file, strategy, isPlain } = loadStrategy(path, terminal.folder, options.export)
    const threads = options.export === undefined ? {} : { export: options.export }
    return {
      params,
      strategy: isPlain ? workerThreads(file, threads) : strategy,
      settings: await commonSettings(options, terminal.folder),
    }
  }).pipe(
    switchMap(({ strategy, settings, params }) =>
      runSweep<Record<string, unknown>>(strategy as Parameters<typeof runSweep<Record<string, unknown>>>[0], {
        ...settings,
        params,
        ...(options.by !== undefined && { by: options.by as Measure }),
      }).pipe(
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
