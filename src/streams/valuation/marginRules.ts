import {
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOATotalMarginCalculationType,
  ProtoOATradeSide,
} from '../../protocol/messages/enums'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { unvaluedPosition } from './unvalued'
import type { UnvaluedPosition } from './unvalued'

type Rule = (buys: number, sells: number) => number

const both: Rule = (buys, sells) => buys + sells
const larger: Rule = (buys, sells) => Math.max(buys, sells)
const difference: Rule = (buys, sells) => Math.abs(buys - sells)

/** How an account combines the margins of the two sides of a symbol. Default: the larger side. */
const ruleOf = (trader: ProtoOATrader): Rule => {
  const {
    isLimitedRisk = false,
    limitedRiskMarginCalculationStrategy:
      strategy = ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE,
    totalMarginCalculationType: type,
  } = trader
  // Each position pays for its own guaranteed stop loss, even if another position is against it.
  if (isLimitedRisk && strategy !== ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE)
    return both
  if (type === ProtoOATotalMarginCalculationType.SUM) return both
  return type === ProtoOATotalMarginCalculationType.NET ? difference : larger
}

interface Sides {
  buys: number
  sells: number
  /** How many positions are in the sum. */
  count: number
}

/** The margin of the open positions, updated position by position. */
export const createMargins = () => {
  const bySymbol = new Map<number, Sides>()
  const without = new Map<number, UnvaluedPosition>()
  let untold: readonly UnvaluedPosition[] | undefined = []
  let rule = larger
  let total = 0

  const amountOf = (sides: Sides | undefined): number => (sides ? rule(sides.buys, sides.sells) : 0)

  const add = ({ tradeData, usedMargin = 0 }: ProtoOAPosition, sign: 1 | -1): void => {
    const { symbolId, tradeSide } = tradeData
    const known = bySymbol.get(symbolId)
    const sides = known ?? { buys: 0, sells: 0, count: 0 }
    total -= amountOf(known)
    if (tradeSide === ProtoOATradeSide.BUY) sides.buys += sign * usedMargin
    else sides.sells += sign * usedMargin
    sides.count += sign
    total += amountOf(sides)
    if (sides.count > 0) bySymbol.set(symbolId, sides)
    else bySymbol.delete(symbolId)
  }

  return {
    /** A position has changed. `undefined` stands for a position that does not exist now, or did not before. */
    replace: (before: ProtoOAPosition | undefined, after: ProtoOAPosition | undefined): void => {
      if (before) add(before, -1)
      if (after) add(after, 1)
      if (before && before.usedMargin === undefined && without.delete(before.positionId)) untold = undefined
      if (!after || after.usedMargin !== undefined) return
      const { positionId, tradeData } = after
      without.set(positionId, unvaluedPosition(positionId, tradeData.symbolId, 'noMargin'))
      untold = undefined
    },
    /**
     * The total margin of an account, in 10^-moneyDigits. Margins are summed by symbol and side. Of the two sides the
     * account takes the larger, both, or the difference. A position without a margin from the server counts as none.
     */
    used: (trader: ProtoOATrader): number => {
      if (ruleOf(trader) !== rule) {
        rule = ruleOf(trader)
        total = [...bySymbol.values()].reduce((sum, sides) => sum + amountOf(sides), 0)
      }
      return total
    },
    /** The positions without a margin from the server. */
    untold: (): readonly UnvaluedPosition[] => (untold ??= [...without.values()]),
  }
}
