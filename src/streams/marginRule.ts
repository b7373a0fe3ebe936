import type { AccountState } from '../operators/accountState'
import {
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOATotalMarginCalculationType,
  ProtoOATradeSide,
} from '../protocol/enums'
import type { ProtoOATrader } from '../protocol/account'
import type { Unvalued } from './unvalued'

type Rule = (buys: number, sells: number) => number

const sum: Rule = (buys, sells) => buys + sells
const larger: Rule = (buys, sells) => Math.max(buys, sells)
const difference: Rule = (buys, sells) => Math.abs(buys - sells)

/** How an account makes one margin of both sides of a symbol: of the larger, unless it says otherwise. */
const ruleOf = (trader: ProtoOATrader): Rule => {
  const {
    isLimitedRisk = false,
    limitedRiskMarginCalculationStrategy:
      strategy = ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE,
    totalMarginCalculationType: type,
  } = trader
  // A guaranteed stop loss is paid for by each position, also where another is against it.
  if (isLimitedRisk && strategy !== ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE)
    return sum
  if (type === ProtoOATotalMarginCalculationType.SUM) return sum
  return type === ProtoOATotalMarginCalculationType.NET ? difference : larger
}

interface Sides {
  buys: number
  sells: number
}

/**
 * What the open positions of an account take together, in 10^-moneyDigits. Each has the margin it would take alone;
 * they are summed up by symbol and side, and of the two sides the account takes the larger, both, or the difference.
 * The margin that the server does not tell of a position counts as none.
 */
export const usedMarginOf = ({ trader, positions }: AccountState): number => {
  const bySymbol = new Map<number, Sides>()
  for (const { tradeData, usedMargin = 0 } of positions.values()) {
    const sides = bySymbol.get(tradeData.symbolId) ?? { buys: 0, sells: 0 }
    bySymbol.set(tradeData.symbolId, sides)
    if (tradeData.tradeSide === ProtoOATradeSide.BUY) sides.buys += usedMargin
    else sides.sells += usedMargin
  }
  const rule = ruleOf(trader)
  let total = 0
  for (const { buys, sells } of bySymbol.values()) total += rule(buys, sells)
  return total
}

/** The open positions whose margin the server does not tell. */
export const withoutMargin = ({ positions }: AccountState): readonly Unvalued[] =>
  [...positions.values()].flatMap(({ positionId, tradeData: { symbolId }, usedMargin }) =>
    usedMargin === undefined ? [{ positionId, symbolId, why: 'noMargin' }] : [],
  )
