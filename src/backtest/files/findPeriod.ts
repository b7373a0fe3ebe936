import { invalidOption } from '../../errors'
import type { HistoryBar, HistoryOfBars } from '../../simulator/market/history/history'
import { periodLengths } from '../../simulator/market/history/periodLengths'

/** The period of bars: the usual time between two of them. Throws `InvalidOption` if there is none of this length. */
export const findPeriod = (bars: readonly HistoryBar[]): HistoryOfBars['period'] => {
  const counts = new Map<number, number>()
  bars.slice(1).forEach(({ timestamp }, i) => {
    const apart = timestamp - (bars[i]?.timestamp ?? timestamp)
    counts.set(apart, (counts.get(apart) ?? 0) + 1)
  })
  const [usual] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? []
  const found = periodLengths().find(([, length]) => length === usual)
  if (!found) throw invalidOption('period', 'is needed: it cannot be told from the times of the bars')
  return found[0]
}
