import { Do, apS, isLeft, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { ProtoOASymbolDistanceType } from '../../../protocol/messages/enums'
import type { SymbolTerms } from '../../../streams/symbols/symbols'
import type { ProtectionTarget } from '../../model/newOrder'
import { MOST } from './grid'
import { violation } from '../../model/invalidOrder'
import type { Checked, OrderRule } from '../../model/invalidOrder'
import { distanceOf, fromPoints, pointsOf, toRelative } from './price'
import type { Bounds, PriceTerms } from './price'
import { isIn } from './unit'

/** The terms that say where protections may be. */
export type ProtectionTerms = PriceTerms &
  Pick<SymbolTerms, 'guaranteedStopLoss' | 'slDistance' | 'tpDistance' | 'gslDistance' | 'distanceSetIn'>

/** Protections on the wire: prices, or distances from the entry in 1/100000. */
export interface Protections {
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
}

type Leg = 'stopLoss' | 'takeProfit'

/**
 * For distances in percent of the price. The unit is not documented. With a larger unit we would refuse what the
 * server takes.
 */
const PER_PRICE = 10_000

const leastRuleOf = (
  leg: Leg,
  { guaranteedStopLoss }: ProtectionTarget,
): 'slDistance' | 'tpDistance' | 'gslDistance' =>
  leg === 'takeProfit' ? 'tpDistance' : guaranteedStopLoss === true ? 'gslDistance' : 'slDistance'

/** How close to the price a protection may be, in points. A percentage of an unknown price is not checked. */
const boundsOf = (leg: Leg, target: ProtectionTarget, terms: ProtectionTerms): Bounds => {
  const { entry, side } = target
  const leastRule = leastRuleOf(leg, target)
  const distance = terms[leastRule] ?? 0
  const least =
    terms.distanceSetIn === ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE
      ? Math.ceil(((entry ?? 0) * distance) / PER_PRICE)
      : distance
  const isBelow = (leg === 'stopLoss') === (side === 'buy')
  return { least, leastRule, most: isBelow && entry !== undefined ? entry - 1 : MOST }
}

/** A protection at a price must be on the right side of the order's price, and far enough from it. */
const placed = (
  leg: Leg,
  points: number,
  entry: number,
  value: number,
  target: ProtectionTarget,
  terms: ProtectionTerms,
): Checked<number> => {
  const isBelow = (leg === 'stopLoss') === (target.side === 'buy')
  const sign = isBelow ? -1 : 1
  const { least, leastRule } = boundsOf(leg, target, terms)
  const distance = sign * (points - entry)
  if (distance >= Math.max(1, least)) return right(fromPoints(points, terms))
  const nearest = entry + sign * Math.max(1, least)
  const [rule, detail]: readonly [OrderRule, string] =
    distance <= 0
      ? ['protectionSide', `is not ${isBelow ? 'below' : 'above'} the price of the order`]
      : [leastRule, 'is nearer to the price of the order than the symbol allows']
  return violation({
    rule,
    field: leg,
    value,
    detail,
    nearest: nearest > 0 ? fromPoints(nearest, terms) : undefined,
  })
}

const legOf = (leg: Leg, target: ProtectionTarget, terms: ProtectionTerms): Checked<Protections> => {
  const given = target[leg]
  if (given === undefined) return right({})
  const isStop = leg === 'stopLoss'
  if (isIn(given, 'price')) {
    const { entry } = target
    if (entry === undefined)
      return violation({
        rule: 'absoluteProtection',
        field: leg,
        value: given.price,
        detail: 'must be in pips, because the order is executed at once',
      })
    const points = pointsOf(leg, given, terms)
    if (isLeft(points)) return points
    return pipe(
      placed(leg, points.right, entry, given.price, target, terms),
      map(price => (isStop ? { stopLoss: price } : { takeProfit: price })),
    )
  }
  return pipe(
    distanceOf(leg, given, boundsOf(leg, target, terms), terms),
    map(points => toRelative(points, terms)),
    map(distance => (isStop ? { relativeStopLoss: distance } : { relativeTakeProfit: distance })),
  )
}

/** Reject stop-loss flags without a stop loss; the server would silently drop them. */
export const stopLossThere = (
  hasStopLoss: boolean,
  { trailingStopLoss, guaranteedStopLoss }: Pick<ProtectionTarget, 'trailingStopLoss' | 'guaranteedStopLoss'>,
  terms: ProtectionTerms,
): Checked<unknown> => {
  if (guaranteedStopLoss === true && terms.guaranteedStopLoss !== true)
    return violation({
      rule: 'guaranteedStopLoss',
      field: 'guaranteedStopLoss',
      value: 'true',
      detail: 'is not available for the symbol',
      nearest: 'false',
    })
  const field =
    trailingStopLoss === true
      ? 'trailingStopLoss'
      : guaranteedStopLoss === true
        ? 'guaranteedStopLoss'
        : undefined
  return field === undefined || hasStopLoss
    ? right(undefined)
    : violation({
        rule: 'stopLossMissing',
        field,
        value: 'true',
        detail: 'needs a stop loss',
        nearest: 'false',
      })
}

/** The protections of an order, checked. */
export const protectionsOf = (target: ProtectionTarget, terms: ProtectionTerms): Checked<Protections> =>
  pipe(
    Do,
    apS('flags', stopLossThere(target.stopLoss !== undefined, target, terms)),
    apS('stop', legOf('stopLoss', target, terms)),
    apS('profit', legOf('takeProfit', target, terms)),
    map(({ stop, profit }) => ({ ...stop, ...profit })),
  )
