import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import { ProtoOAQuoteType } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { toTicks } from '../../protocol/units'
import type { QuoteSide } from '../../protocol/side'
import type { Tick } from '../../protocol/units'
import type { Account } from '../../session/account'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { symbolPages } from './historyQuery'
import { WEEK } from '../../time/constants'
import type { HistoryList } from './pages'
import type { Page, TimeRange } from './pageReader'

/** Which prices to read. */
export interface TickRange extends TimeRange {
  readonly symbol: SymbolIdOrName
  readonly side: QuoteSide
}

const sides: readonly string[] = ['bid', 'ask']

const listOf = (
  ctidTraderAccountId: number,
  symbolId: number,
  type: ProtoOAQuoteType,
): HistoryList<Tick> => ({
  payloadType: PayloadType.PROTO_OA_GET_TICKDATA_REQ,
  longest: WEEK,
  timeOf: ({ timestamp }) => timestamp,
  cut: 'older',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_GET_TICKDATA_REQ, { ctidTraderAccountId, symbolId, type, ...range })
      .pipe(map(({ tickData = [], hasMore }) => ({ rows: toTicks(tickData), hasMore }))),
})

/**
 * The prices of one side of a symbol in a time range, in ms since the epoch, both ends included. Emits pages of
 * `Tick`, oldest first, with `progress` up to 1, then completes.
 *
 * Requests (2145) and handles lost lines as `trendbarsBetween` does.
 *
 * ```ts
 * ticksBetween(account, { symbol: 'EURUSD', side: 'bid', from, to }).subscribe(({ items }) => {
 *   for (const { timestamp, price } of items) console.log(timestamp, price)
 * })
 * ```
 */
export const ticksBetween = (account: Account, { side, ...range }: TickRange): Observable<Page<Tick>> => {
  const type = side === 'bid' ? ProtoOAQuoteType.BID : ProtoOAQuoteType.ASK
  const fault = sides.includes(side) ? undefined : invalidOption('side', "must be 'bid' or 'ask'")
  return symbolPages(account, range, fault, symbolId => listOf(account.accountId, symbolId, type))
}
