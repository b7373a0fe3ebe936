import { ProtoOASymbolDistanceType } from '../../../protocol/messages/enums'
import type { SymbolDetails } from '../../../streams/symbols/symbols'
import type { Price } from '../../../protocol/units'
import type { Side } from '../../../protocol/side'
import type { ProtectionTarget } from '../../model/newOrder'
import { MOST } from './grid'
import { invalidOrder } from '../../model/invalidOrder'
import type { OrderRule } from '../../../errorFields'
import { checkDistance, fromPoints, checkPricePoints, toRelative } from './price'
import type { Bounds, PriceTerms } from './price'
import { hasUnit } from './unit'

/** The terms that say where protections may be. */
export type ProtectionTerms = PriceTerms &
  Pick<SymbolDetails, 'guaranteedStopLoss' | 'slDistance' | 'tpDistance' | 'gslDistance' | 'distanceSetIn'>

/** Protections on the wire: prices, or distances from the entry in 1/100000. */
export interface Protections {
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
}

export type Leg = 'stopLoss' | 'takeProfit'

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

/** Whether a protection belongs below the price. */
export const isBelow = (leg: Leg, side: Side): boolean => (leg === 'stopLoss') === (side === 'buy')

/** How close to the price a protection may be, in points. A percentage of an unknown price is not checked. */
const boundsOf = (leg: Leg, target: ProtectionTarget, terms: ProtectionTerms): Bounds => {
  const { entry, side } = target
  const leastRule = leastRuleOf(leg, target)
  const distance = terms[leastRule] ?? 0
  const least =
    terms.distanceSetIn === ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE
      ? Math.ceil(((entry ?? 0) * distance) / PER_PRICE)
      : distance
  return { least, leastRule, most: isBelow(leg, side) && entry !== undefined ? entry - 1 : MOST }
}

/** A protection at a price must be on the right side of the order's price, and far enough from it. */
const atPrice = (leg: Leg, given: Price, target: ProtectionTarget, terms: ProtectionTerms): number => {
  const { entry, side } = target
  if (entry === undefined)
    throw invalidOrder({
      rule: 'absoluteProtection',
      field: leg,
      value: given.price,
      detail: 'must be in pips, because the order is executed at once',
    })
  const points = checkPricePoints(leg, given, terms)
  const sign = isBelow(leg, side) ? -1 : 1
  const { least, leastRule } = boundsOf(leg, target, terms)
  const distance = sign * (points - entry)
  if (distance >= Math.max(1, least)) return fromPoints(points, terms)
  const nearest = entry + sign * Math.max(1, least)
  const [rule, detail]: readonly [OrderRule, string] =
    distance <= 0
      ? ['protectionSide', `is not ${sign < 0 ? 'below' : 'above'} the price of the order`]
      : [leastRule, 'is nearer to the price of the order than the symbol allows']
  throw invalidOrder({
    rule,
    field: leg,
    value: given.price,
    detail,
    nearest: nearest > 0 ? fromPoints(nearest, terms) : undefined,
  })
}

const legOf = (leg: Leg, target: ProtectionTarget, terms: ProtectionTerms): Protections => {
  const given = target[leg]
  if (given === undefined) return {}
  if (hasUnit(given, 'price')) return { [leg]: atPrice(leg, given, target, terms) }
  const distance = toRelative(checkDistance(leg, given, boundsOf(leg, target, terms), terms), terms)
  return leg === 'stopLoss' ? { relativeStopLoss: distance } : { relativeTakeProfit: distance }
}

/** Reject stop-loss flags without a stop loss; the server would silently drop them. */
export const checkStopLossFlags = (
  hasStopLoss: boolean,
  { trailingStopLoss, guaranteedStopLoss }: Pick<ProtectionTarget, 'trailingStopLoss' | 'guaranteedStopLoss'>,
  terms: ProtectionTerms,
): void => {
  const broken = { value: 'true', nearest: 'false' }
  if (guaranteedStopLoss === true && terms.guaranteedStopLoss !== true)
    throw invalidOrder({
      ...broken,
      rule: 'guaranteedStopLoss',
      field: 'guaranteedStopLoss',
      detail: 'is not available for the symbol',
    })
  if (!hasStopLoss && (trailingStopLoss === true || guaranteedStopLoss === true))
    throw invalidOrder({
      ...broken,
      rule: 'stopLossMissing',
      field: trailingStopLoss === true ? 'trailingStopLoss' : 'guaranteedStopLoss',
      detail: 'needs a stop loss',
    })
}

/** The protections of an order, checked. */
export const checkProtections = (target: ProtectionTarget, terms: ProtectionTerms): Protections => ({
  ...legOf('stopLoss', target, terms),
  ...legOf('takeProfit', target, terms),
})
