import { hasReason } from '../../errors'
import { isUnknowable } from '../sharing/live'

/**
 * Why a position is not in a sum.
 *
 * - `noEntryPrice`: the server does not say what it was opened at.
 * - `notQuoted`: the side that it would be closed at has no price: the market is halted, or has not opened yet.
 * - `unknownSymbol`: the server has its symbol in no list, and takes no subscription to it.
 * - `noConversion`: no way from the currency of its profit into that of the account is known.
 * - `rateNotQuoted`: there is a way, and a symbol on it has no price.
 * - `noMargin`: the server does not say what margin it takes. Its profit may be known all the same.
 */
export type UnvaluedReason =
  'noEntryPrice' | 'notQuoted' | 'unknownSymbol' | 'noConversion' | 'rateNotQuoted' | 'noMargin'

/** An open position that is not in a sum, and why. */
export interface Unvalued {
  readonly positionId: number
  readonly symbolId: number
  readonly why: UnvaluedReason
}

/** What an error that ended the way to a position's value means, where it came up. */
export const reasonOf = (error: unknown, otherwise: UnvaluedReason): UnvaluedReason =>
  isUnknowable(error) || hasReason(error, 'UnknownSymbol') ? 'unknownSymbol' : otherwise
