import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CTraderError } from '../../errors'
import { periodFault } from '../../time/barPeriods'
import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOATrendbar } from '../../protocol/messages/quotes'
import { toBar } from '../../protocol/units'
import type { Bar } from '../../protocol/units'
import type { Account } from '../../session/account'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { rangeFault, symbolPages } from './historyQuery'
import { pagesOf } from './pages'
import type { Asking, HistoryList } from './pages'
import { asTheyCame } from './pageReader'
import type { Page, TimeRange } from './pageReader'
import { DAY } from '../../time/constants'

/** A bar of history: it has a close, the latest bid where it is still forming. */
export interface Trendbar extends Bar {
  readonly close: number
}

/** Which bars. */
export interface AskedBars extends TimeRange {
  readonly period: ProtoOATrendbarPeriod
}

/** The longest ranges that were ever documented. Whether the server still keeps to them, nobody knows. */
const longestOf = (period: number): number => {
  if (period <= ProtoOATrendbarPeriod.M5) return 35 * DAY
  if (period <= ProtoOATrendbarPeriod.H1) return 245 * DAY
  return period <= ProtoOATrendbarPeriod.D1 ? 366 * DAY : 1830 * DAY
}

const faultOf = (asked: AskedBars): CTraderError | undefined => periodFault(asked.period) ?? rangeFault(asked)

const toTrendbar = (trendbar: ProtoOATrendbar): Trendbar[] => {
  const bar = toBar(trendbar)
  // Where it says its period, a close of 0 may be left out as well.
  return bar ? [{ ...bar, close: bar.close ?? bar.low }] : []
}

const listOf = (
  ctidTraderAccountId: number,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): HistoryList<Trendbar> => ({
  payloadType: PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
  longest: longestOf(period),
  timeOf: ({ timestamp }) => timestamp,
  compare: asTheyCame,
  moves: false,
  cut: 'older',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, { ctidTraderAccountId, ...range, period, symbolId })
      .pipe(
        map(({ trendbar = [], hasMore }) => {
          const items = trendbar.flatMap(toTrendbar)
          // Where it is not said, there may be more than came.
          return {
            items,
            hasMore: hasMore ?? items.some(({ timestamp }) => timestamp >= range.fromTimestamp),
          }
        }),
      ),
})

/**
 * The pages of `trendbars` for whoever asks in a way of their own: by `ask => answerOn(link, ask)` on one link alone,
 * as after a reconnect (silent when it is lost), or by `ask => answer(accountLinks(account), ask)` through lost lines.
 *
 * ```ts
 * trendbarPages(ask => ask(link), account.accountId, { symbolId: 1, period: ProtoOATrendbarPeriod.M1, from, to })
 * ```
 */
export const trendbarPages = (
  asking: Asking,
  accountId: number,
  { symbolId, period, ...range }: AskedBars & { readonly symbolId: number },
): Observable<Page<Trendbar>> => pagesOf(asking, listOf(accountId, symbolId, period), range)

/**
 * The bars of a symbol that opened from one time to another, both included, in ms since the epoch: pages of `Trendbar`,
 * oldest first, with `progress` up to 1, then it completes. Where nothing was traded there is no bar; one that is
 * still forming comes as it stands. With a `to` in the future, what comes to be while the pages are read may be missing.
 *
 * Each subscription asks anew (2137), one range at a time and the next when the page was taken, in the historical lane,
 * where it holds up no order. It stops with the subscription, and goes on after a lost line from where it was. Errors
 * with `InvalidOption` before anything is sent, where the server has no such symbol, and with the account.
 *
 * A page holds what one answer held, up to 14,000 bars, and no more than a few wait to be given out: a year of minutes
 * can be folded without being kept.
 *
 * ```ts
 * trendbars(account, { symbol: 'EURUSD', period: ProtoOATrendbarPeriod.H1, from, to }).subscribe(
 *   ({ items, progress }) => console.log(`${items.length} bars, ${Math.round(100 * progress)} %`),
 * )
 * ```
 */
export const trendbars = (
  account: Account,
  { symbol, ...asked }: AskedBars & { readonly symbol: SymbolIdOrName },
): Observable<Page<Trendbar>> =>
  symbolPages(account, symbol, faultOf(asked), (asking, symbolId) =>
    trendbarPages(asking, account.accountId, { ...asked, symbolId }),
  )
