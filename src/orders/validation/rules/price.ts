import { isLeft, right } from 'fp-ts/Either'
import { MAX_INT32 } from '../../../options'
import type { SymbolTerms } from '../../../streams/symbols/symbols'
import type { Pips, Price } from '../../../protocol/units'
import { MOST, onGrid } from './grid'
import type { Grid, OffGrid } from './grid'
import { violation } from '../../model/invalidOrder'
import type { Checked, OrderRule } from '../../model/invalidOrder'
import { isIn } from './unit'

/** The terms that say how prices are written. Without `pipPosition`, distances in pips are not possible. */
export type PriceTerms = Pick<SymbolTerms, 'digits'> & Partial<Pick<SymbolTerms, 'pipPosition'>>

const WIRE_DIGITS = 5

/** Points per unit of price. A point is the smallest step of a symbol's price. */
const perPrice = ({ digits }: PriceTerms): number => 10 ** digits

export const fromPoints = (points: number, { digits }: PriceTerms): number => points / 10 ** digits

/** The nearest price in points. */
export const toPoints = (price: number, terms: PriceTerms): number => Math.round(price * perPrice(terms))

/**
 * The smallest step of a distance, in points. Distances on the wire are in 1/100000, so it is more than one point
 * for symbols with more than five digits.
 */
export const distanceStep = ({ digits }: PriceTerms): number => 10 ** Math.max(0, digits - WIRE_DIGITS)

/** A distance in points, as `relativeStopLoss` and `relativeTakeProfit` have it. */
export const toRelative = (points: number, { digits }: PriceTerms): number =>
  digits > WIRE_DIGITS ? points / 10 ** (digits - WIRE_DIGITS) : points * 10 ** (WIRE_DIGITS - digits)

const unitless = (field: string, given: unknown, wanted: string): Checked<never> =>
  violation({ rule: 'unit', field, value: typeof given, detail: `has no unit: use ${wanted}` })

const perPipOf = (field: string, { pips }: Pips, { digits, pipPosition }: PriceTerms): Checked<number> =>
  pipPosition === undefined
    ? violation({
        rule: 'pipPosition',
        field,
        value: pips,
        detail: 'pips cannot be converted, because the symbol has no pip position: use price()',
      })
    : right(10 ** (digits - pipPosition))

const said = (is: OffGrid['is'], what: string, step: number): readonly [OrderRule, string] =>
  ({
    noNumber: ['number', 'must be a number'] as const,
    tooSmall: ['positive', 'must be above zero'] as const,
    tooLarge: ['tooLarge', `is too large for a ${what}`] as const,
    between: ['digits', `is not a multiple of the symbol's step, ${step}`] as const,
  })[is]

/** A price, in points. */
export const pointsOf = (field: string, given: Price, terms: PriceTerms): Checked<number> => {
  if (!isIn(given, 'price')) return unitless(field, given, 'price()')
  const perUnit = perPrice(terms)
  const found = onGrid(given.price, { perUnit, step: 1, least: 1, most: MOST })
  if (isLeft(found)) {
    const [rule, detail] = said(found.left.is, 'price', 1 / perUnit)
    return violation({ rule, field, value: given.price, detail, nearest: found.left.nearest })
  }
  return right(found.right)
}

/** The limits of a distance, in points, and the rule they belong to. */
export interface Bounds {
  readonly least: number
  readonly leastRule: OrderRule
  /** From this distance on, the price would be zero or below. */
  readonly most: number
}

/** A distance in pips, in points. */
export const distanceOf = (
  field: string,
  given: Pips,
  { least, leastRule, most }: Bounds,
  terms: PriceTerms,
): Checked<number> => {
  if (!isIn(given, 'pips')) return unitless(field, given, 'pips()')
  const size = perPipOf(field, given, terms)
  if (isLeft(size)) return size
  const perUnit = size.right
  const step = distanceStep(terms)
  const found = onGrid(given.pips, { perUnit, step, least: Math.max(step, least), most })
  if (found._tag === 'Right') return found
  const { is, nearest } = found.left
  const objection = { field, value: given.pips, nearest }
  if (is === 'tooSmall' && given.pips > 0 && least > step)
    return violation({
      ...objection,
      rule: leastRule,
      detail: `pips is below the symbol's minimum distance, ${least / perUnit}`,
    })
  if (is === 'tooLarge' && most < MOST)
    return violation({
      ...objection,
      rule: 'protectionSide',
      detail: 'pips would bring the price to zero or below',
    })
  const [rule, detail] = said(is, 'distance', step / perUnit)
  return violation({ ...objection, rule, detail: `pips ${detail}` })
}

/** A distance in pips, in points; it may be zero or negative. */
export const offsetOf = (field: string, given: Pips, terms: PriceTerms): Checked<number> => {
  if (!isIn(given, 'pips')) return unitless(field, given, 'pips() or price()')
  const size = perPipOf(field, given, terms)
  if (isLeft(size)) return size
  const perUnit = size.right
  const found = onGrid(given.pips, { perUnit, step: 1, least: -MOST, most: MOST })
  if (found._tag === 'Right') return found
  const { is, nearest } = found.left
  const [rule, detail] = said(is, 'distance', 1 / perUnit)
  return violation({ rule, field, value: given.pips, detail: `pips ${detail}`, nearest })
}

/** How far from its price an order may be filled, in points; 0 is allowed. */
export const slippageOf = (given: Pips, terms: PriceTerms): Checked<number> => {
  if (!isIn(given, 'pips')) return unitless('slippage', given, 'pips()')
  const size = perPipOf('slippage', given, terms)
  if (isLeft(size)) return size
  const perUnit = size.right
  const grid: Grid = { perUnit, step: 1, least: 0, most: MAX_INT32 }
  const found = onGrid(given.pips, grid)
  if (found._tag === 'Right') return found
  const { is, nearest } = found.left
  const [rule, detail] =
    is === 'tooSmall' ? (['positive', 'must not be below zero'] as const) : said(is, 'slippage', 1 / perUnit)
  return violation({ rule, field: 'slippage', value: given.pips, detail: `pips ${detail}`, nearest })
}
