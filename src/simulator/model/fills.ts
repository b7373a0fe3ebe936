import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'

/** How orders are filled. */
export interface Fills {
  /** From the acceptance of a market order to its execution, in ms. Default 240 to 260, at random by its id. */
  readonly latency?: number
  /**
   * What market and stop orders lose beside the quote:
   *
   * - `'none'`: nothing. The default with `history`.
   * - a number of points, the smallest steps of the price
   * - `'depth'`: the order goes through the levels of the book until it is filled, and gets their average price.
   *
   * Each order is filled whole then. Without `history` and without this option, an order gets the quote as far as the
   * book goes, and the rest is filled later, or not at all.
   */
  readonly slippage?: 'none' | 'depth' | number
  /**
   * When a limit order is filled: when the price is there (`'touch'`, the default without `history`), or when it goes
   * through (`'through'`, the default with `history`).
   */
  readonly limits?: 'touch' | 'through'
  /**
   * What is assumed of the way of the price inside a bar, with bars as `history`:
   *
   * - `'nearest'`, the default: open, the extreme that is nearer to the open, the other extreme, close.
   * - `'pessimistic'`: the same, but the worst for a position in the bar in which it was opened. Its stop loss is
   *   reached if the bar has its price, before or after the entry. Its take profit is not reached before the close.
   */
  readonly path?: 'nearest' | 'pessimistic'
}

const names: Readonly<Record<keyof Fills, true>> = { latency: true, slippage: true, limits: true, path: true }

/** Throws `InvalidOption`. */
export const checkFills = (fills: Fills): void => {
  checkNames(fills, names, 'fills.')
  const { latency = 0, slippage = 'none', limits = 'touch', path = 'nearest' } = fills
  checkDuration('fills.latency', latency)
  if (
    slippage !== 'none' &&
    slippage !== 'depth' &&
    !(typeof slippage === 'number' && slippage >= 0 && slippage < Infinity)
  )
    throw invalidOption('fills.slippage', "must be 'none', 'depth' or a number of points")
  if (!['touch', 'through'].includes(limits))
    throw invalidOption('fills.limits', "must be 'touch' or 'through'")
  if (!['nearest', 'pessimistic'].includes(path))
    throw invalidOption('fills.path', "must be 'nearest' or 'pessimistic'")
}

/** The fills of an exchange. */
export interface FillModel extends Required<Omit<Fills, 'latency'>>, Pick<Fills, 'latency'> {
  /** Whether an order is filled whole, also if the book is smaller. */
  readonly whole: boolean
}

/** What holds where nothing is said. */
export const fillModel = (fills: Fills = {}, hasHistory = false): FillModel => ({
  slippage: 'none',
  path: 'nearest',
  limits: hasHistory ? 'through' : 'touch',
  ...fills,
  whole: hasHistory || fills.slippage !== undefined,
})
