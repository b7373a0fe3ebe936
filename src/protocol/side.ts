import { invalidOption } from '../errors'
import { ProtoOATradeSide } from './messages/enums'

/** The side of an order or a position. */
export type Side = 'buy' | 'sell'

/** The side of a quote, of a tick and of a level in the book. */
export type QuoteSide = 'bid' | 'ask'

/** Never throws: a stream must not end because a server has a number of its own. */
export const toSide = (tradeSide: ProtoOATradeSide): Side =>
  tradeSide === ProtoOATradeSide.BUY ? 'buy' : 'sell'

/**
 * The side in words, from the `tradeSide` that orders, positions and deals have. Throws `InvalidOption` for an
 * invalid number.
 *
 * ```ts
 * positions(account).subscribe(({ all }) => console.log(all.map(({ tradeData }) => sideName(tradeData.tradeSide))))
 * ```
 */
export const sideName = (tradeSide: ProtoOATradeSide): Side => {
  const side = toSide(tradeSide)
  if (side === 'sell' && tradeSide !== ProtoOATradeSide.SELL)
    throw invalidOption('tradeSide', 'must be 1 (BUY) or 2 (SELL)')
  return side
}
