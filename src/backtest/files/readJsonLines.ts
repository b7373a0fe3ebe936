import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { History } from '../../simulator/market/history/history'
import { createHistoryReader, readHistoryNames } from './historyReader'
import type { ReadHistoryOptions } from './historyReader'
import { createRecordRows, readRecordOptions } from './records'
import type { FileRecord } from './records'
import { wholeLines } from './wholeLines'
import type { TextSource } from './wholeLines'

const recordIn = (text: string, line: number): FileRecord => {
  try {
    const record: unknown = JSON.parse(text)
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) return record as FileRecord
  } catch {
    // The error below says it.
  }
  throw invalidOption(`line ${line}`, 'must be a JSON object')
}

/**
 * Reads the history of a symbol from JSON lines: an object in each line, with fields as `timestamp`, `open`, `high`,
 * `low`, `close`, `volume` and `spread`, or `timestamp`, `bid` and `ask`. A spread is in decimals of price.
 *
 * The promise is rejected with `InvalidOption` for what cannot be read: it names line and field. Nothing is corrected
 * or left out, except for empty lines.
 *
 * ```ts
 * const text = '{"timestamp":1736157600000,"open":1.1,"high":1.101,"low":1.099,"close":1.1005}\n'
 * readJsonLines(text, { symbol: 'EURUSD', period: 'M1' }).then(history => history.symbol)
 * ```
 */
export const readJsonLines = async (source: TextSource, options: ReadHistoryOptions): Promise<History> => {
  checkNames(options, readHistoryNames)
  const reader = createHistoryReader(readRecordOptions(options))
  const rowsOf = createRecordRows()
  let line = 0
  for await (const text of wholeLines(source)) {
    const lines = text.split(/\r?\n/)
    if (text.endsWith('\n')) lines.pop()
    for (const one of lines) {
      line += 1
      if (one.trim() === '') continue
      const rows = rowsOf([recordIn(one, line)])
      // The names of the fields come as a row before the first line.
      reader.add(rows, line + 1 - rows.length)
    }
  }
  return reader.history()
}
