import { map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { symbol, ticksBetween, trendbarsBetween } from '../../../index'
import type { Account, PeriodName, QuoteSide, Tick, Trendbar } from '../../../index'
import { nextOpening } from '../../../orders/validation/marketHours'
import { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { barTimeFinder } from '../../../time/barPeriods'
import { parseSymbol } from '../../read'
import { hasNoGaps } from './kind'
import type { ExportKind } from './kind'

/** The bars of a symbol. */
export const bars = (
  account: Account,
  name: string,
  period: PeriodName,
): Observable<ExportKind<Trendbar>> => {
  const barTimeAt = barTimeFinder(ProtoOATrendbarPeriod[period])
  return symbol(account, parseSymbol(name)).pipe(
    take(1),
    map(terms => ({
      columns: [
        { name: 'time', type: 'time', cell: ({ timestamp }) => timestamp },
        { name: 'open', type: 'number', cell: ({ open }) => open },
        { name: 'high', type: 'number', cell: ({ high }) => high },
        { name: 'low', type: 'number', cell: ({ low }) => low },
        { name: 'close', type: 'number', cell: ({ close }) => close },
        { name: 'volume', type: 'integer', cell: ({ volume }) => volume },
      ],
      pages: range => trendbarsBetween(account, { symbol: terms.symbolId, period, ...range }),
      timeOf: ({ timestamp }) => timestamp,
      keyOf: ({ timestamp }) => timestamp,
      isGap: (before, after) => {
        const { until } = barTimeAt(before)
        // While the market is closed, no bars are missing.
        return until < after && (nextOpening(terms, until) ?? Infinity) < after
      },
    })),
  )
}

/** The ticks of a symbol, of one side. */
export const ticks = (account: Account, name: string, side: QuoteSide): Observable<ExportKind<Tick>> =>
  symbol(account, parseSymbol(name)).pipe(
    take(1),
    map(({ symbolId }) => ({
      columns: [
        { name: 'time', type: 'time', cell: ({ timestamp }) => timestamp },
        { name: side, type: 'number', cell: ({ price }) => price },
      ],
      pages: range => ticksBetween(account, { symbol: symbolId, side, ...range }),
      timeOf: ({ timestamp }) => timestamp,
      // Two ticks may have the same time.
      keyOf: () => NaN,
      isGap: hasNoGaps,
    })),
  )
