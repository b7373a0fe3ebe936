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
}

const names: Readonly<Record<keyof Fills, true>> = { latency: true, slippage: true, limits: true }

/** Throws `InvalidOption`. */
export const checkFills = (fills: Fills): void => {
  checkNames(fills, names, 'fills.')
  const { latency = 0, slippage = 'none', limits = 'touch' } = fills
  checkDuration('fills.latency', latency)
  if (slippage !== 'none' && slippage !== 'depth' && !(typeof slippage === 'number' && slippage >= 0))
    throw invalidOption('fills.slippage', "must be 'none', 'depth' or a number of points")
  if (!['touch', 'through'].includes(limits))
    throw invalidOption('fills.limits', "must be 'touch' or 'through'")
}

/** The fills of an exchange. */
export interface FillModel extends Required<Omit<Fills, 'latency'>>, Pick<Fills, 'latency'> {
  /** Whether an order is filled whole, also if the book is smaller. */
  readonly whole: boolean
}

/** What holds where nothing is said. */
export const fillModel = (fills: Fills = {}, hasHistory = false): FillModel => ({
  slippage: 'none',
  limits: hasHistory ? 'through' : 'touch',
  ...fills,
  whole: hasHistory || fills.slippage !== undefined,
})
