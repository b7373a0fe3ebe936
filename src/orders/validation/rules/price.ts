import { MAX_INT32 } from '../../../options'
import type { SymbolDetails } from '../../../streams/symbols/symbols'
import type { Pips, Price } from '../../../protocol/units'
import { invalidOrder } from '../../model/invalidOrder'
import type { OrderRule } from '../../../errorFields'
import { MOST, toSteps } from './grid'
import type { Grid, Words } from './grid'
import { hasUnit, unitless } from './unit'

/** The terms that say how prices are written. Without `pipPosition`, distances in pips are not possible. */
export type PriceTerms = Pick<SymbolDetails, 'digits'> & Partial<Pick<SymbolDetails, 'pipPosition'>>

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

const wordsFor = (what: string, step: number): Words => ({
  noNumber: ['number', 'must be a number'],
  tooSmall: ['positive', 'must be above zero'],
  tooLarge: ['tooLarge', `is too large for a ${what}`],
  between: ['digits', `is not a multiple of the symbol's step, ${step}`],
})

/** A price, in points. */
export const checkPricePoints = (field: string, given: Price, terms: PriceTerms): number => {
  if (!hasUnit(given, 'price')) throw unitless(field, typeof given, 'price()')
  const perUnit = perPrice(terms)
  return toSteps(
    { field, value: given.price },
    { perUnit, step: 1, least: 1, most: MOST },
    wordsFor('price', 1 / perUnit),
  )
}

/** How many points a pip has, for a field that is given in pips. */
const perPipOf = (
  field: string,
  given: Pips,
  { digits, pipPosition }: PriceTerms,
  wanted = 'pips()',
): number => {
  if (!hasUnit(given, 'pips')) throw unitless(field, typeof given, wanted)
  if (pipPosition !== undefined) return 10 ** (digits - pipPosition)
  throw invalidOrder({
    rule: 'pipPosition',
    field,
    value: given.pips,
    detail: 'pips cannot be converted, because the symbol has no pip position: use price()',
  })
}

const pipsOnGrid = (field: string, { pips }: Pips, grid: Grid, words: Words): number =>
  toSteps({ field, value: pips, unit: 'pips' }, grid, words)

/** The limits of a distance, in points, and the rule they belong to. */
export interface Bounds {
  readonly least: number
  readonly leastRule: OrderRule
  /** From this distance on, the price would be zero or below. */
  readonly most: number
}

/** A distance in pips, in points. */
export const checkDistance = (
  field: string,
  given: Pips,
  { least, leastRule, most }: Bounds,
  terms: PriceTerms,
): number => {
  const perUnit = perPipOf(field, given, terms)
  const step = distanceStep(terms)
  const words = wordsFor('distance', step / perUnit)
  const isNear = given.pips > 0 && least > step
  return pipsOnGrid(
    field,
    given,
    { perUnit, step, least: Math.max(step, least), most },
    {
      ...words,
      tooSmall: isNear
        ? [leastRule, `is below the symbol's minimum distance, ${least / perUnit}`]
        : words.tooSmall,
      tooLarge: most < MOST ? ['protectionSide', 'would bring the price to zero or below'] : words.tooLarge,
    },
  )
}

/** A distance in pips, in points; it may be zero or negative. */
export const checkOffset = (field: string, given: Pips, terms: PriceTerms): number => {
  const perUnit = perPipOf(field, given, terms, 'pips() or price()')
  return pipsOnGrid(
    field,
    given,
    { perUnit, step: 1, least: -MOST, most: MOST },
    wordsFor('distance', 1 / perUnit),
  )
}

/** How far from its price an order may be filled, in points; 0 is allowed. */
export const checkSlippage = (given: Pips, terms: PriceTerms): number => {
  const perUnit = perPipOf('slippage', given, terms)
  return pipsOnGrid(
    'slippage',
    given,
    { perUnit, step: 1, least: 0, most: MAX_INT32 },
    { ...wordsFor('slippage', 1 / perUnit), tooSmall: ['positive', 'must not be below zero'] },
  )
}
