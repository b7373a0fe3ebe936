import type { AccountState } from '../operators/accountState'
import type { Quote } from '../operators/mergeQuote'
import type { ProtoOAPosition } from '../protocol/positions'
import { rateOf } from './conversion'
import type { ConversionChain } from './conversion'
import { usedMarginOf } from './marginRule'
import { profitOf, wireQuote } from './profit'
import type { PositionPnl } from './profit'

/** All positions of an account, valued at one moment. */
export interface Valued {
  readonly state: AccountState
  readonly gross: number
  readonly net: number
  readonly usedMargin: number
  /** Those whose value is another than before. */
  readonly changed: readonly PositionPnl[]
  /** All of them, as they stand when it is read. */
  readonly positions: ReadonlyMap<number, PositionPnl>
  /** Whether any has another value, or is no more. */
  readonly isNews: boolean
}

/** Values positions as quotes come, each quote at the cost of the positions that it concerns. */
export interface Valuation {
  readonly hold: (state: AccountState) => void
  /** How the profits of a symbol become money of the account. */
  readonly convert: (symbolId: number, chain: ConversionChain) => void
  readonly quote: (quote: Quote) => void
  /** What the quotes were does not hold any more. */
  readonly forgetQuotes: () => void
  /** The value of all, and what is new in it since the last time; nothing as long as not all of it is known. */
  readonly take: () => Valued | undefined
}

export const moneyDigitsOf = ({ trader }: AccountState): number => trader.moneyDigits ?? 2

const added = <K, V>(sets: Map<K, Set<V>>, key: K, member: V): void => {
  sets.set(key, (sets.get(key) ?? new Set<V>()).add(member))
}

export const createValuation = (): Valuation => {
  let state: AccountState | undefined
  let gross = 0
  let net = 0
  let usedMargin = 0
  let isNews = true
  const values = new Map<number, PositionPnl>()
  const changed = new Map<number, PositionPnl>()
  /** Positions whose value is not that of now. */
  const unvalued = new Set<number>()
  let bySymbol: ReadonlyMap<number, ReadonlySet<ProtoOAPosition>> = new Map()
  const quotes = new Map<number, Quote>()
  const chains = new Map<number, ConversionChain>()
  /** The symbols of positions that a quote concerns: its own, and those whose profit it converts. */
  const concerned = new Map<number, Set<number>>()

  const count = (value: PositionPnl | undefined, sign: 1 | -1): void => {
    if (!value) return
    gross += sign * value.gross
    net += sign * value.net
    isNews = true
  }

  const revalue = (symbolId: number): void => {
    const quote = quotes.get(symbolId)
    const chain = chains.get(symbolId)
    const rate = chain && rateOf(chain, quotes)
    if (!state || !quote || rate === undefined) return
    const prices = wireQuote(quote)
    for (const position of bySymbol.get(symbolId) ?? []) {
      const { positionId } = position
      const next = profitOf(position, prices, rate, moneyDigitsOf(state))
      if (!next) continue
      unvalued.delete(positionId)
      const known = values.get(positionId)
      if (known?.gross === next.gross && known.net === next.net) continue
      count(known, -1)
      count(next, 1)
      values.set(positionId, next)
      changed.set(positionId, next)
    }
  }

  const remove = (positionId: number): void => {
    count(values.get(positionId), -1)
    for (const ids of [values, changed, unvalued]) ids.delete(positionId)
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
      if (before.get(positionId) === position) continue
      unvalued.add(positionId)
      moved.add(tradeData.symbolId)
    }
    for (const positionId of before.keys()) if (!after.has(positionId)) remove(positionId)
    for (const symbolId of bySymbol.keys()) if (!next.has(symbolId)) release(symbolId)
    bySymbol = next
    moved.forEach(revalue)
  }

  return {
    hold: next => {
      const before = state?.positions ?? new Map<number, ProtoOAPosition>()
      if (state?.positions !== next.positions || state.trader !== next.trader) usedMargin = usedMarginOf(next)
      state = next
      if (before !== next.positions) holdPositions(before, next.positions)
    },
    convert: (symbolId, chain) => {
      release(symbolId)
      for (const quoted of [symbolId, ...chain.map(step => step.symbolId)]) added(concerned, quoted, symbolId)
      chains.set(symbolId, chain)
      revalue(symbolId)
    },
    quote: quote => {
      // Where a symbol concerns several others its quote comes for each of them.
      if (quotes.get(quote.symbolId) === quote) return
      quotes.set(quote.symbolId, quote)
      concerned.get(quote.symbolId)?.forEach(revalue)
    },
    forgetQuotes: () => {
      quotes.clear()
      for (const positionId of values.keys()) unvalued.add(positionId)
    },
    take: () => {
      if (!state || unvalued.size > 0) return undefined
      const valued: Valued = {
        state,
        gross,
        net,
        usedMargin,
        changed: [...changed.values()],
        positions: values,
        isNews,
      }
      changed.clear()
      isNews = false
      return valued
    },
  }
}
