import { ProtoOATotalMarginCalculationType, ProtoOATradeSide } from '../../protocol/enums'
import type { ProtoOADynamicLeverageTier } from '../../protocol/symbols'
import type { Book } from './records'
import { round } from './rounding'
import type { Terms } from './terms'

/** What of a position counts for its margin. */
export interface Leg {
  readonly tradeSide: ProtoOATradeSide
  readonly volume: number
  readonly marginRate: number
  readonly usdRate: number
}

/** Units of so many USD cents' exposure above `from`, each tier at its own leverage or the account's if that is lower. */
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

/** What a leg adds to the exposure of its side, in USD cents. */
export const exposureOf = ({ volume, usdRate }: Leg): number => volume * usdRate

/** The margin of a leg on top of so much exposure of the same side, as long as the other side takes nothing off it. */
export const marginOf = (
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
    const margin = marginOf(terms, tiers, exposure, leg)
    exposure += exposureOf(leg)
    return margin
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** Takes so much off, from the oldest on. */
const relieve = (margins: readonly number[], by: number): number[] => {
  let left = by
  return margins.map(margin => {
    const off = Math.min(left, margin)
    left -= off
    return margin - off
  })
}

/**
 * The margin each position of one symbol takes, in the order given; together what the account's rule asks for the two
 * sides. The side that needs none because of the other has none.
 */
export const marginsOf = (
  terms: Terms,
  tiers: readonly ProtoOADynamicLeverageTier[],
  legs: readonly Leg[],
): number[] => {
  const isBuy = ({ tradeSide }: Leg): boolean => tradeSide === ProtoOATradeSide.BUY
  let buys = oneSide(terms, tiers, legs.filter(isBuy))
  let sells = oneSide(
    terms,
    tiers,
    legs.filter(leg => !isBuy(leg)),
  )
  const [bought, sold] = [sum(buys), sum(sells)]
  if (terms.totalMarginCalculationType !== ProtoOATotalMarginCalculationType.SUM) {
    const isNet = terms.totalMarginCalculationType === ProtoOATotalMarginCalculationType.NET
    if (bought >= sold) {
      buys = isNet ? relieve(buys, sold) : buys
      sells = relieve(sells, sold)
    } else {
      sells = isNet ? relieve(sells, bought) : sells
      buys = relieve(buys, bought)
    }
  }
  const next = { buy: 0, sell: 0 }
  return legs.map(leg => (isBuy(leg) ? buys[next.buy++] : sells[next.sell++]) ?? 0)
}

/** What all open positions take together. */
export const usedMargin = ({ open }: Book): number => sum([...open].map(position => position.usedMargin))
