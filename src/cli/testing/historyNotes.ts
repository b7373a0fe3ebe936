import type { History, HistoryReport } from '../../backtest'
import { note } from '../outcome'
import type { Outcome } from '../outcome'

const when = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** Some things, if there are any. */
const count = (found: number, one: string, many: string): readonly string[] =>
  found === 0 ? [] : [`${found} ${found === 1 ? one : many}`]

/** Says what was found in the history of each symbol. */
export const historyNotes = ({
  history,
}: {
  readonly history: readonly HistoryReport[]
}): readonly Outcome[] =>
  history.map(({ symbol, from, to, count: read, gaps, duplicates, outsideSchedule }) => {
    const parts = [
      `${read} prices from ${when(from)} to ${when(to)} UTC`,
      ...count(gaps.length, 'gap', 'gaps'),
      ...count(duplicates, 'duplicate', 'duplicates'),
      ...count(outsideSchedule, 'outside of its trading hours', 'outside of its trading hours'),
    ]
    return note(`${symbol}: ${parts.join(', ')}`)
  })

const hasNoSpread = (history: History): boolean => {
  if (!('bars' in history) || history.spread !== undefined) return false
  for (const { spread } of history.bars) return spread === undefined
  return false
}

/** Says which symbols are traded without a spread, because the result is then too good. */
export const spreadNotes = (histories: readonly History[]): readonly Outcome[] =>
  histories
    .filter(hasNoSpread)
    .map(({ symbol }) =>
      note(
        `The bars of ${symbol} have no spread, so the result is too good. Give it by --spread, as 0.0001 for a pip.`,
      ),
    )
