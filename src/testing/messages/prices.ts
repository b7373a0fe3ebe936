import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOADepthEvent, ProtoOASpotEvent, ProtoOATrendbar } from '../../protocol/messages/quotes'
import type { MessageOf } from '../../protocol/table'
import { toWirePrice } from '../../protocol/units'
import type { Bar } from '../../protocol/units'
import { MINUTE } from '../../time/constants'
import { message, overridden } from './build'
import type { Overrides } from './build'
import { ACCOUNT_ID, MARKET_START, SPREAD, SYMBOL_ID, usual } from './usual'
import { omitUndefined } from '../../util/omitUndefined'

/** Converts fields from prices to 1/100000 of a price on the wire. */
const onWire = <T extends object>(decimals: T, fields: readonly (keyof T)[]): T => {
  const wire = { ...decimals }
  for (const field of fields) {
    const price = wire[field]
    if (typeof price === 'number') wire[field] = toWirePrice(price) as T[typeof field]
  }
  return wire
}

/**
 * A `ProtoOASpotEvent` (2131) with prices as a trader reads them, such as 1.1. Without a given side it has both,
 * 1.1 and 1.1002. With one given side it has only that side, as the server sends it.
 *
 * ```ts
 * marbles(({ broker }) => {
 *   broker.frames('--a-b', { a: spot({ bid: 1.1, ask: 1.1002 }), b: spot({ bid: 1.1001 }) })
 * })
 * ```
 */
export const spot = (
  overrides: Overrides<ProtoOASpotEvent> = {},
): MessageOf<typeof PayloadType.PROTO_OA_SPOT_EVENT> => {
  const sides =
    overrides.bid === undefined && overrides.ask === undefined
      ? { bid: usual.price, ask: usual.price + SPREAD }
      : {}
  const decimals = overridden<ProtoOASpotEvent>(
    { ctidTraderAccountId: ACCOUNT_ID, symbolId: SYMBOL_ID, ...sides },
    overrides,
  )
  return message(PayloadType.PROTO_OA_SPOT_EVENT, onWire(decimals, ['bid', 'ask', 'sessionClose']))
}

/**
 * A `ProtoOATrendbar` from prices, for `spot`. Default: one minute, at the market's start, all prices 1.1.
 *
 * ```ts
 * spot({ bid: 1.101, trendbar: [trendbar({ open: 1.1, high: 1.102, low: 1.099 })] })
 * ```
 */
export const trendbar = (overrides: Overrides<Bar> = {}): ProtoOATrendbar => {
  const { open = usual.price, close } = overrides
  const prices = [open, close ?? open]
  const { high = Math.max(...prices), low = Math.min(...prices), timestamp = MARKET_START } = overrides
  const { period = ProtoOATrendbarPeriod.M1, volume = 1 } = overrides
  const wireLow = toWirePrice(low)
  return {
    volume,
    period,
    low: wireLow,
    deltaOpen: toWirePrice(open) - wireLow,
    // The server leaves the close out of a forming bar. It is the bid that comes with the bar.
    ...(close !== undefined && { deltaClose: toWirePrice(close) - wireLow }),
    deltaHigh: toWirePrice(high) - wireLow,
    utcTimestampInMinutes: Math.floor(timestamp / MINUTE),
  }
}

/** A bar, and its symbol and account. */
export type LiveBar = Overrides<Bar> & Pick<Overrides<ProtoOASpotEvent>, 'symbolId' | 'ctidTraderAccountId'>

/**
 * The `ProtoOASpotEvent` (2131) that carries a live bar. Its bid is the bar's close. Of the kit's own symbol it also has
 * the ask, as `spot()` does, so that the bid does not pass it.
 *
 * ```ts
 * marbles(({ broker }) => {
 *   broker.frames('a 60s b', { a: bar({ open: 1.1, close: 1.101 }), b: bar({ timestamp: MARKET_START + 60_000 }) })
 * })
 * ```
 */
export const bar = ({ symbolId, ctidTraderAccountId, close, ...prices }: LiveBar = {}): MessageOf<
  typeof PayloadType.PROTO_OA_SPOT_EVENT
> => {
  const { open = usual.price } = prices
  const bid = close ?? open
  const { high = Math.max(open, bid), low = Math.min(open, bid) } = prices
  return spot({
    ...omitUndefined({ symbolId, ctidTraderAccountId }),
    bid,
    ...((symbolId ?? SYMBOL_ID) === SYMBOL_ID && { ask: bid + SPREAD }),
    trendbar: [trendbar({ ...prices, open, high, low })],
  })
}

/**
 * A `ProtoOADepthEvent` (2155): a bid and an ask of a million euros each. Prices are decimals such as 1.1, volumes
 * are cents.
 *
 * ```ts
 * depthEvent({ newQuotes: [{ id: 3, bid: 1.0999, size: 50_000_000 }], deletedQuotes: [1] })
 * ```
 */
export const depthEvent = (
  overrides: Overrides<ProtoOADepthEvent> = {},
): MessageOf<typeof PayloadType.PROTO_OA_DEPTH_EVENT> => {
  const isSaid = overrides.newQuotes !== undefined || overrides.deletedQuotes !== undefined
  const newQuotes = [
    { id: 1, bid: usual.price, size: 100_000_000 },
    { id: 2, ask: usual.price + SPREAD, size: 100_000_000 },
  ]
  const decimals = overridden<ProtoOADepthEvent>(
    { ctidTraderAccountId: ACCOUNT_ID, symbolId: SYMBOL_ID, ...(!isSaid && { newQuotes }) },
    overrides,
  )
  return message(PayloadType.PROTO_OA_DEPTH_EVENT, {
    ...decimals,
    ...(decimals.newQuotes && { newQuotes: decimals.newQuotes.map(quote => onWire(quote, ['bid', 'ask'])) }),
  })
}
