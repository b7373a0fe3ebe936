import type { AccountState } from '../operators/accountState'
import { isSame } from '../operators/same'
import type { ProtoOAPosition } from '../protocol/positions'
import { profitRateOf } from './conversion'
import type { ConversionChain } from './conversion'
import type { Sides } from './lastQuote'
import { usedMarginOf, withoutMargin } from './marginRule'
import { exitSide, hasEntry, isWorthTheSame, profitOf, wireSides } from './profit'
import type { PositionPnl } from './profit'
import { createTally } from './tally'
import type { Unvalued, UnvaluedReason } from './unvalued'

/** The positions of an account, valued at one moment. */
export interface Valued {
  readonly state: AccountState
  readonly gross: number
  readonly net: number
  readonly usedMargin: number
  /** Those whose value is another than before. */
  readonly changed: readonly PositionPnl[]
  /** All that are valued, as they stand when it is read. */
  readonly positions: ReadonlyMap<number, PositionPnl>
  /** Those that are not, and are in no sum. */
  readonly unvalued: readonly Unvalued[]
  /** Those that take a margin which the server does not tell. */
  readonly marginless: readonly Unvalued[]
  /** Whether any has another value, or is no more, or is not valued any more. */
  readonly isNews: boolean
}

/** Values positions as quotes come, each quote at the cost of the positions that it concerns. */
export interface Valuation {
  readonly hold: (state: AccountState) => void
  /** How the profits of a symbol become money of the account. */
  readonly convert: (symbolId: number, chain: ConversionChain) => void
  readonly quote: (sides: Sides) => void
  /** Quotes do not value the positions of a symbol, until it is converted and quoted again. */
  readonly fail: (symbolId: number, why: UnvaluedReason) => void
  /** What quotes do not value is worth what the server answers. */
  readonly answer: (values: readonly Omit<PositionPnl, 'symbolId'>[]) => void
  /** What the quotes were does not hold any more. */
  readonly forgetQuotes: () => void
  /** Whether something is given up already. */
  readonly isPartial: () => boolean
  readonly moneyDigits: () => number
  /** What has no value yet is waited for no longer. */
  readonly giveUp: () => void
  /** Stands for the wait for values while there is one: another each time. */
  readonly wait: () => number | undefined
  /** Stands for what the server is to be asked while quotes do not value all: another each time that it is more. */
  readonly question: () => number | undefined
  /** The value of all, and what is new in it since the last time; nothing while something is waited for. */
  readonly take: () => Valued | undefined
}

export const moneyDigitsOf = ({ trader }: AccountState): number => trader.moneyDigits ?? 2

const added = <K, V>(sets: Map<K, Set<V>>, key: K, member: V): void => {
  sets.set(key, (sets.get(key) ?? new Set<V>()).add(member))
}

const nothing: readonly never[] = []

export const createValuation = (): Valuation => {
  let state: AccountState | undefined
  let usedMargin = 0
  let marginless: readonly Unvalued[] = nothing
  let unvalued: readonly Unvalued[] = nothing
  const tally = createTally()
  let bySymbol: ReadonlyMap<number, ReadonlySet<ProtoOAPosition>> = new Map()
  const quotes = new Map<number, Sides>()
  const chains = new Map<number, ConversionChain>()
  const failures = new Map<number, UnvaluedReason>()
  /** The symbols of positions that a quote concerns: its own, and those whose profit it converts. */
  const concerned = new Map<number, Set<number>>()

  const revalue = (symbolId: number): void => {
    const sides = quotes.get(symbolId)
    const chain = chains.get(symbolId)
    const rate = chain && profitRateOf(chain, quotes)
    if (!state || !sides || rate === undefined) return
    const prices = wireSides(sides)
    for (const position of bySymbol.get(symbolId) ?? []) {
      const value = profitOf(position, prices, rate, moneyDigitsOf(state))
      if (value) tally.set(value)
    }
  }

  /** A symbol is not converted any more, or in another way. A quote that concerns nobody does not stay the latest. */
  const release = (symbolId: number): void => {
    chains.delete(symbolId)
    for (const [quoted, symbols] of concerned)
      if (symbols.delete(symbolId) && symbols.size === 0) {
        concerned.delete(quoted)
        quotes.delete(quoted)
      }
  }

  const holdPositions = (before: AccountState['positions'], after: AccountState['positions']): void => {
    const moved = new Set<number>()
    const next = new Map<number, Set<ProtoOAPosition>>()
    for (const position of after.values()) {
      const { positionId, tradeData } = position
      added(next, tradeData.symbolId, position)
      const known = before.get(positionId)
      if (known && isWorthTheSame(known, position)) continue
      tally.await(positionId)
      moved.add(tradeData.symbolId)
    }
    for (const positionId of before.keys()) if (!after.has(positionId)) tally.remove(positionId)
    for (const symbolId of bySymbol.keys())
      if (!next.has(symbolId)) {
        release(symbolId)
        failures.delete(symbolId)
      }
    bySymbol = next
    moved.forEach(revalue)
  }

  const whyOf = (position: ProtoOAPosition): UnvaluedReason => {
    const { symbolId } = position.tradeData
    if (!hasEntry(position)) return 'noEntryPrice'
    const failure = failures.get(symbolId)
    if (failure) return failure
    if (!chains.has(symbolId)) return 'noConversion'
    return quotes.get(symbolId)?.[exitSide(position)] === undefined ? 'notQuoted' : 'rateNotQuoted'
  }

  const listUnvalued = ({ positions }: AccountState): readonly Unvalued[] => {
    if (tally.missing.size === 0) return nothing
    return [...tally.missing].flatMap(positionId => {
      const position = positions.get(positionId)
      return position ? [{ positionId, symbolId: position.tradeData.symbolId, why: whyOf(position) }] : []
    })
  }

  return {
    hold: next => {
      const before = state
      state = next
      if (before?.positions === next.positions && before.trader === next.trader) return
      usedMargin = usedMarginOf(next)
      marginless = withoutMargin(next)
      if (before?.positions !== next.positions) holdPositions(before?.positions ?? new Map(), next.positions)
    },
    convert: (symbolId, chain) => {
      release(symbolId)
      for (const quoted of [symbolId, ...chain.map(step => step.symbolId)]) added(concerned, quoted, symbolId)
      chains.set(symbolId, chain)
      if (failures.get(symbolId) === 'noConversion') failures.delete(symbolId)
      revalue(symbolId)
    },
    quote: sides => {
      // Where a symbol concerns several others its quote comes for each of them.
      if (quotes.get(sides.symbolId) === sides) return
      quotes.set(sides.symbolId, sides)
      failures.delete(sides.symbolId)
      concerned.get(sides.symbolId)?.forEach(revalue)
    },
    fail: (symbolId, why) => {
      release(symbolId)
      failures.set(symbolId, why)
      for (const { positionId } of bySymbol.get(symbolId) ?? [])
        // What the server has answered of it holds all the same.
        if (!tally.values.get(positionId)?.isAnswered) tally.await(positionId)
    },
    answer: told => {
      for (const { positionId, gross, net } of told) {
        const symbolId = state?.positions.get(positionId)?.tradeData.symbolId
        if (symbolId !== undefined) tally.answer({ positionId, symbolId, gross, net, isAnswered: true })
      }
    },
    forgetQuotes: () => {
      quotes.clear()
      for (const positionId of state?.positions.keys() ?? []) tally.awaitAnew(positionId)
    },
    isPartial: () => tally.missing.size > 0,
    moneyDigits: () => (state ? moneyDigitsOf(state) : 2),
    giveUp: tally.giveUp,
    wait: tally.wait,
    question: tally.question,
    take: () => {
      if (!state || tally.wait() !== undefined) return undefined
      const list = listUnvalued(state)
      const isOther = !isSame(list, unvalued)
      if (isOther) unvalued = list
      const changed = tally.takeChanged()
      return {
        state,
        gross: tally.gross(),
        net: tally.net(),
        usedMargin,
        changed: changed ?? nothing,
        positions: tally.values,
        unvalued,
        marginless,
        isNews: isOther || changed !== undefined,
      }
    },
  }
}
