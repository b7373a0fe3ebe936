import type { QuoteSide } from '../../protocol/side'
import { ProtoOAQuoteType } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { isPeriod } from '../feed/periods'
import { toTickData, toTrendbar } from '../feed/wire'
import type { Price } from '../feed/wire'
import type { Tick } from '../market/model/market'
import * as refusals from '../model/refusals'
import type { Handler, Handlers } from './handler'

/** The broker has no older history. */
const HISTORY_BEGINS = Date.UTC(2000, 0)

/**
 * The newest bars of a range, oldest first. To get the rest, ask again with a `toTimestamp` before the first. With
 * `count`, `fromTimestamp` has no effect. The forming bar is included as it is. The longest ranges that used to be
 * documented are not enforced, because the live server no longer does so.
 */
const getTrendbars: Handler<typeof PayloadType.PROTO_OA_GET_TRENDBARS_REQ> = ({
  payload: { ctidTraderAccountId, fromTimestamp, toTimestamp, period, symbolId, count },
  world: { market, unknowns },
  at,
  answer,
  refuse,
}) => {
  const [from, to] = [fromTimestamp ?? -Infinity, toTimestamp ?? at]
  if (!isPeriod(period)) refuse(refusals.invalidField(`Trendbar period ${period} is unknown`))
  else if (!market.symbol(symbolId)) refuse(refusals.symbolNotFound(symbolId))
  else if (from > to) refuse(refusals.incorrectBoundaries('fromTimestamp is after toTimestamp'))
  else {
    const most = Math.min(count ?? Infinity, unknowns.trendbarChunk)
    const oldest = count === undefined ? Math.max(from, HISTORY_BEGINS) : HISTORY_BEGINS
    // One more bar than is sent shows if there are more.
    const bars = market.barsBetween(symbolId, period, {
      from: oldest,
      to: Math.min(to, at),
      now: at,
      count: most + 1,
    })
    const [first] = bars
    const fits = first === undefined || bars.length <= most
    answer({
      ctidTraderAccountId,
      period,
      timestamp: to,
      trendbar: (fits ? bars : bars.slice(1)).map(bar => toTrendbar(bar, unknowns.highOfLowClose)),
      symbolId,
      hasMore: !fits && first.openedAt >= from,
    })
  }
}

/** The prices of one side, newest first, and whether there are more than `most` of them. */
const lastPrices = (
  newestFirst: Iterable<Tick>,
  side: QuoteSide,
  most: number,
): { readonly prices: readonly Price[]; readonly hasMore: boolean } => {
  const prices: Price[] = []
  for (const tick of newestFirst) {
    const price = tick[side]
    if (price === undefined) continue
    if (prices.length === most) return { prices, hasMore: true }
    prices.push({ at: tick.at, price })
  }
  return { prices, hasMore: false }
}

const sideOf = (type: number): QuoteSide | undefined =>
  type === ProtoOAQuoteType.BID ? 'bid' : type === ProtoOAQuoteType.ASK ? 'ask' : undefined

/** The newest prices of a range, newest first. To get the rest, ask again with a `toTimestamp` before the last. */
const getTicks: Handler<typeof PayloadType.PROTO_OA_GET_TICKDATA_REQ> = ({
  payload: { ctidTraderAccountId, symbolId, type, fromTimestamp, toTimestamp },
  world: { market, unknowns },
  at,
  answer,
  refuse,
}) => {
  const to = toTimestamp ?? at
  const from = fromTimestamp ?? to - unknowns.tickSpan
  const side = sideOf(type)
  if (side === undefined) refuse(refusals.invalidField(`Quote type ${type} is unknown`))
  else if (!market.symbol(symbolId)) refuse(refusals.symbolNotFound(symbolId))
  else if (from > to) refuse(refusals.incorrectBoundaries('fromTimestamp is after toTimestamp'))
  else if (to - from > unknowns.tickSpan)
    refuse(refusals.incorrectBoundaries(`The range is longer than ${unknowns.tickSpan} ms`))
  else {
    const newestFirst = market.ticksBack(symbolId, Math.max(from, HISTORY_BEGINS), Math.min(to, at))
    const { prices, hasMore } = lastPrices(newestFirst, side, unknowns.tickChunk)
    answer({ ctidTraderAccountId, tickData: toTickData(prices), hasMore })
  }
}

export const historyHandlers = {
  [PayloadType.PROTO_OA_GET_TRENDBARS_REQ]: getTrendbars,
  [PayloadType.PROTO_OA_GET_TICKDATA_REQ]: getTicks,
} satisfies Handlers
