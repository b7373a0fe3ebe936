import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { BacktestResult, History, SweepResult } from '../../backtest'
import { htmlReport } from '../../node'
import { note } from '../outcome'
import type { Outcome } from '../outcome'

/** Writes the page of a result, if it is asked for. */
export const saveReport = (
  result: BacktestResult | SweepResult<Record<string, unknown>>,
  history: readonly History[],
  report: string | undefined,
  folder: string,
): readonly Outcome[] => {
  if (report === undefined) return []
  writeFileSync(resolve(folder, report), htmlReport(result, { history }))
  return [note(`Wrote the report to ${report}.`)]
}
