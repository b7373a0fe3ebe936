import { hasReason } from '../../errors'
import { isUnknowable } from '../sharing/persist'

/**
 * Why a position is not in a sum.
 *
 * - `noEntryPrice`: the server does not say the entry price.
 * - `notQuoted`: the side at which it would be closed has no price. The market is halted, or has not opened yet.
 * - `unknownSymbol`: the server does not list the symbol, and refuses a subscription to it.
 * - `noConversion`: there is no known way from the currency of its profit to that of the account.
 * - `rateNotQuoted`: there is a way, but one of its symbols has no price.
 * - `noMargin`: the server does not say its margin. Its profit may still be known.
 */
export type UnvaluedReason =
  'noEntryPrice' | 'notQuoted' | 'unknownSymbol' | 'noConversion' | 'rateNotQuoted' | 'noMargin'

/** An open position that is not in a sum, and why. */
export interface UnvaluedPosition {
  readonly positionId: number
  readonly symbolId: number
  readonly reason: UnvaluedReason
  /** @deprecated Its name is `reason`. */
  readonly why: UnvaluedReason
}

export const unvaluedPosition = (
  positionId: number,
  symbolId: number,
  reason: UnvaluedReason,
): UnvaluedPosition => ({
  positionId,
  symbolId,
  reason,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- It stays until 1.0.
  why: reason,
})

/** What an error means for the position's value. */
export const unvaluedReason = (error: unknown, otherwise: UnvaluedReason): UnvaluedReason =>
  isUnknowable(error) || hasReason(error, 'UnknownSymbol') ? 'unknownSymbol' : otherwise
