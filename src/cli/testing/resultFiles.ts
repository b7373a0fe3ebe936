import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { BacktestResult, History, SweepResult } from '../../backtest'
import { htmlReport } from '../../node'
import { readChartLibrary } from '../../node/report/chartLibrary'
import { Mistake, note } from '../outcome'
import type { Outcome } from '../outcome'

/** The files that a run is to write at its end. */
export interface ResultFiles {
  readonly csv?: string
  readonly report?: string
}

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Errors before the run if they cannot be written after it: its result would be lost. */
export const checkResultFiles = ({ csv, report }: ResultFiles, folder: string): void => {
  const files = [
    ['--csv', csv],
    ['--report', report],
  ] as const
  for (const [option, file] of files) {
    const place = dirname(resolve(folder, file ?? ''))
    if (file !== undefined && !isWritable(place))
      throw new Mistake(`${option}: no file can be written into ${place}.`)
  }
  if (report !== undefined) readChartLibrary()
}

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
