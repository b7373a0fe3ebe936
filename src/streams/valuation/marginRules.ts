import {
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOATotalMarginCalculationType,
  ProtoOATradeSide,
} from '../../protocol/messages/enums'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Unvalued } from './unvalued'

type Rule = (buys: number, sells: number) => number

const both: Rule = (buys, sells) => buys + sells
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
    return both
  if (type === ProtoOATotalMarginCalculationType.SUM) return both
  return type === ProtoOATotalMarginCalculationType.NET ? difference : larger
}

interface Sides {
  buys: number
  sells: number
  /** How many positions have a part in it. */
  count: number
}

/** The margin that positions take, kept as they come, change and go. */
export interface Margins {
  /** One is as it is now, and was as before; one of them where it comes or goes. */
  readonly replace: (before: ProtoOAPosition | undefined, after: ProtoOAPosition | undefined) => void
  /**
   * What they take together on an account, in 10^-moneyDigits. Each has the margin it would take alone; they are summed
   * up by symbol and side, and of the two sides the account takes the larger, both, or the difference. The margin that
   * the server does not tell of a position counts as none.
   */
  readonly used: (trader: ProtoOATrader) => number
  /** Those whose margin the server does not tell. */
  readonly untold: () => readonly Unvalued[]
}

export const createMargins = (): Margins => {
  const bySymbol = new Map<number, Sides>()
  const without = new Map<number, Unvalued>()
  let untold: readonly Unvalued[] | undefined = []
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
    replace: (before, after) => {
      if (before) add(before, -1)
      if (after) add(after, 1)
      if (before && before.usedMargin === undefined && without.delete(before.positionId)) untold = undefined
      if (!after || after.usedMargin !== undefined) return
      const { positionId, tradeData } = after
      without.set(positionId, { positionId, symbolId: tradeData.symbolId, why: 'noMargin' })
      untold = undefined
    },
    used: trader => {
      if (ruleOf(trader) !== rule) {
        rule = ruleOf(trader)
        total = [...bySymbol.values()].reduce((sum, sides) => sum + amountOf(sides), 0)
      }
      return total
    },
    untold: () => (untold ??= [...without.values()]),
  }
}
