import {
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOATotalMarginCalculationType,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import type { ProtoOADynamicLeverageTier } from '../../../protocol/messages/symbols'
import type { Book } from '../state/records'
import { round } from '../state/rounding'
import type { Terms } from '../state/terms'

/** The parts of a position that count for its margin. */
export interface Leg {
  readonly tradeSide: ProtoOATradeSide
  readonly volume: number
  readonly marginRate: number
  readonly usdRate: number
}

/**
 * The units of margin for an exposure in USD cents above `from`. Each tier has its own leverage, or the account's
 * if that is lower.
 */
const unitsToCover = (
  tiers: readonly ProtoOADynamicLeverageTier[],
  leverage: number,
  from: number,
  leg: Leg,
): number => {
  const units = leg.volume / 100
  const usdCents = units * leg.usdRate * 100
  if (tiers.length === 0 || usdCents === 0) return units / leverage
  let covered = 0
  let reached = from
  const end = from + usdCents
  tiers.forEach((tier, index) => {
    const top = index === tiers.length - 1 ? Infinity : tier.volume
    const part = Math.min(end, top) - reached
    if (part <= 0) return
    covered += ((part / usdCents) * units) / Math.min(leverage, tier.leverage)
    reached += part
  })
  return covered
}

/** The exposure that a leg adds to its side, in USD cents. */
export const legExposure = ({ volume, usdRate }: Leg): number => volume * usdRate

/** The margin of a leg on top of an exposure of the same side. */
export const legMargin = (
  terms: Terms,
  tiers: readonly ProtoOADynamicLeverageTier[],
  exposure: number,
  leg: Leg,
): number =>
  round(unitsToCover(tiers, terms.leverage, exposure, leg) * leg.marginRate * 10 ** terms.moneyDigits)

const oneSide = (
  terms: Terms,
  tiers: readonly ProtoOADynamicLeverageTier[],
  legs: readonly Leg[],
): number[] => {
  let exposure = 0
  return legs.map(leg => {
    const margin = legMargin(terms, tiers, exposure, leg)
    exposure += legExposure(leg)
    return margin
  })
}

/** The margin of each position of one symbol, in the given order: the full margin, independent of the other side. */
export const legMargins = (
  terms: Terms,
  tiers: readonly ProtoOADynamicLeverageTier[],
  legs: readonly Leg[],
): number[] => {
  const margins = new Map<Leg, number>()
  for (const side of [ProtoOATradeSide.BUY, ProtoOATradeSide.SELL]) {
    const ofSide = legs.filter(({ tradeSide }) => tradeSide === side)
    oneSide(terms, tiers, ofSide).forEach((margin, index) => {
      const leg = ofSide[index]
      if (leg) margins.set(leg, margin)
    })
  }
  return legs.map(leg => margins.get(leg) ?? 0)
}

/** Whether the account pays for both sides of a symbol. */
const paysForBoth = ({
  totalMarginCalculationType,
  isLimitedRisk,
  limitedRiskMarginCalculationStrategy,
}: Terms): boolean =>
  totalMarginCalculationType === ProtoOATotalMarginCalculationType.SUM ||
  (isLimitedRisk &&
    limitedRiskMarginCalculationStrategy !==
      ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE)

/** The combined margin of the two sides of one symbol, by the account's rule. */
export const totalMargin = (terms: Terms, legs: readonly Leg[], margins: readonly number[]): number => {
  const ofSide = (side: ProtoOATradeSide): number =>
    legs.reduce((total, { tradeSide }, index) => total + (tradeSide === side ? (margins[index] ?? 0) : 0), 0)
  const [bought, sold] = [ofSide(ProtoOATradeSide.BUY), ofSide(ProtoOATradeSide.SELL)]
  if (paysForBoth(terms)) return bought + sold
  const [more, less] = bought > sold ? [bought, sold] : [sold, bought]
  return terms.totalMarginCalculationType === ProtoOATotalMarginCalculationType.NET ? more - less : more
}

/** The margin of all open positions together. */
export const usedMargin = ({ open, terms }: Book): number => {
  let total = 0
  for (const symbolId of new Set([...open].map(position => position.symbolId))) {
    const legs = [...open].filter(position => position.symbolId === symbolId)
    total += totalMargin(
      terms,
      legs,
      legs.map(position => position.usedMargin),
    )
  }
  return total
}
