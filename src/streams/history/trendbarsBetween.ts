import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { periodFault, toPeriodNumber } from '../../time/barPeriods'
import type { Period } from '../../time/barPeriods'
import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOATrendbar } from '../../protocol/messages/quotes'
import { toBar } from '../../protocol/units'
import type { Bar } from '../../protocol/units'
import type { Account } from '../../session/account'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { symbolPages } from './historyQuery'
import type { HistoryList } from './pages'
import type { Page, TimeRange } from './pageReader'
import { DAY } from '../../time/constants'

/** A bar of history. `close` is the latest bid while the bar is forming. */
export interface Trendbar extends Bar {
  readonly close: number
}

/** Which bars to read. */
export interface TrendbarRange extends TimeRange {
  readonly symbol: SymbolIdOrName
  readonly period: Period
}

/** The longest ranges that were ever documented. It is not known whether the server still applies them. */
const longestOf = (period: number): number => {
  if (period <= ProtoOATrendbarPeriod.M5) return 35 * DAY
  if (period <= ProtoOATrendbarPeriod.H1) return 245 * DAY
  return period <= ProtoOATrendbarPeriod.D1 ? 366 * DAY : 1830 * DAY
}

const toTrendbar = (trendbar: ProtoOATrendbar): Trendbar[] => {
  const bar = toBar(trendbar)
  // The server may leave out a close that equals the low.
  return bar ? [{ ...bar, close: bar.close ?? bar.low }] : []
}

/** The bars of a symbol (2137). */
export const barList = (
  ctidTraderAccountId: number,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): HistoryList<Trendbar> => ({
  payloadType: PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
  longest: longestOf(period),
  timeOf: ({ timestamp }) => timestamp,
  cut: 'older',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, { ctidTraderAccountId, ...range, period, symbolId })
      .pipe(
        map(({ trendbar = [], hasMore }) => {
          const rows = trendbar.flatMap(toTrendbar)
          // If the server does not say, there may be more bars.
          return { rows, hasMore: hasMore ?? rows.some(({ timestamp }) => timestamp >= range.fromTimestamp) }
        }),
      ),
})

/**
 * The bars of a symbol that opened in a time range, in ms since the epoch, both ends included. Emits pages of
 * `Trendbar`, oldest first, with `progress` up to 1, then completes. There is no bar for a time without trades. A
 * bar that is still forming comes as it is. If `to` is in the future, bars that form while the pages are read may
 * be missing.
 *
 * Each subscription sends its own requests (2137), one range at a time. The next request is sent when the page was
 * consumed. Requests use the historical lane, so they do not delay orders. After a lost line, reading continues
 * where it was.
 *
 * Errors with `InvalidOption` before anything is sent, for a symbol that the server does not have, and with the
 * account.
 *
 * A page holds one answer, up to 14,000 bars, and only a few answers wait in memory. So a year of minutes can be
 * processed without being kept.
 *
 * ```ts
 * trendbarsBetween(account, { symbol: 'EURUSD', period: 'H1', from, to }).subscribe(
 *   ({ items, progress }) => console.log(`${items.length} bars, ${Math.round(100 * progress)} %`),
 * )
 * ```
 */
export const trendbarsBetween = (
  account: Account,
  { period, ...range }: TrendbarRange,
): Observable<Page<Trendbar>> =>
  symbolPages(account, range, periodFault(period), symbolId =>
    barList(account.accountId, symbolId, toPeriodNumber(period)),
  )
