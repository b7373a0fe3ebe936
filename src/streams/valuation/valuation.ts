import type { AccountState } from '../account/accountReducer'
import { differences, lookup, persistentMap, valuesOf } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { ConversionChain } from './conversion'
import type { Sides } from '../market/lastQuote'
import { createMargins } from './marginRules'
import { createPositionGroups } from './positionGroups'
import { exitSide, hasEntry, isWorthTheSame, profitOf, wireSides } from './profit'
import type { PositionPnl } from './profit'
import { createRates } from './rates'
import { createTotals } from './totals'
import type { Unvalued, UnvaluedReason } from './unvalued'
import { createUnvaluedList } from './unvaluedList'

/** The positions of an account, valued at one moment. */
export interface Valued {
  readonly state: AccountState
  readonly gross: number
  readonly net: number
  readonly usedMargin: number
  /** The positions whose value changed. */
  readonly changed: readonly PositionPnl[]
  /** All positions with a value. */
  readonly positions: PersistentMap<number, PositionPnl>
  /** The positions without a value. They are in no sum. */
  readonly unvalued: readonly Unvalued[]
  /** The positions without a margin from the server. */
  readonly marginless: readonly Unvalued[]
  /** Whether any value changed or went away. */
  readonly isNews: boolean
}

/** Values positions as quotes come. A quote costs only what the positions it concerns cost. */
export interface Valuation {
  readonly hold: (state: AccountState) => void
  /** The symbols of the positions: the same set object until they change. */
  readonly symbolIds: () => ReadonlySet<number>
  /** Sets how the profits of a symbol become money of the account. */
  readonly convert: (symbolId: number, chain: ConversionChain) => void
  readonly quote: (sides: Sides) => void
  /** Quotes do not value the positions of a symbol until it is converted and quoted again. */
  readonly fail: (symbolId: number, why: UnvaluedReason) => void
  /** Sets the server's values for positions that quotes do not value. */
  readonly answer: (values: readonly Omit<PositionPnl, 'symbolId'>[]) => void
  /** All earlier quotes are invalid. */
  readonly forgetQuotes: () => void
  /** Whether any position is given up. */
  readonly isPartial: () => boolean
  readonly moneyDigits: () => number
  /** Stops waiting for positions without a value. */
  readonly giveUp: () => void
  /** A token for the wait for values while there is one. Each wait has its own. */
  readonly wait: () => number | undefined
  /**
   * A token while the server must be asked, because quotes do not value everything. It changes when there is more
   * to ask.
   */
  readonly question: () => number | undefined
  /** The value of all positions, and what changed since the last time. `undefined` while a value is awaited. */
  readonly take: () => Valued | undefined
}

export const moneyDigitsOf = ({ trader }: AccountState): number => trader.moneyDigits ?? 2

const nothing: readonly never[] = []
const noPositions: AccountState['positions'] = persistentMap()

export const createValuation = (): Valuation => {
  let state: AccountState | undefined
  let listed: readonly Unvalued[] = nothing
  const margins = createMargins()
  const unvalued = createUnvaluedList(positionId => {
    const position = state && tally.missing.has(positionId) && lookup(state.positions, positionId)
    return position ? { positionId, symbolId: position.tradeData.symbolId, why: whyOf(position) } : undefined
  })
  const tally = createTotals(unvalued.doubt)
  const groups = createPositionGroups()
  const rates = createRates()
  const failures = new Map<number, UnvaluedReason>()

  const revalue = (symbolId: number, positions: Iterable<ProtoOAPosition>): void => {
    const sides = rates.quoteOf(symbolId)
    const rate = rates.rateOf(symbolId)
    if (!state || !sides || rate === undefined) return
    const prices = wireSides(sides)
    for (const position of positions) {
      const value = profitOf(position, prices, rate, moneyDigitsOf(state))
      if (value) tally.set(value)
    }
  }

  const revalueAll = (symbolId: number): void => {
    revalue(symbolId, groups.of(symbolId).values())
  }

  const holdPositions = (from: AccountState['positions'], to: AccountState['positions']): void => {
    const moved: ProtoOAPosition[] = []
    const left = new Set<number>()
    for (const { key, before, after } of differences(from, to)) {
      margins.replace(before, after)
      groups.replace(before, after)
      if (before) left.add(before.tradeData.symbolId)
      if (!after) tally.remove(key)
      else if (!before || !isWorthTheSame(before, after)) {
        tally.await(key)
        moved.push(after)
        unvalued.doubt(key)
      }
    }
    for (const symbolId of left)
      if (groups.of(symbolId).size === 0) {
        rates.release(symbolId)
        failures.delete(symbolId)
      }
    for (const position of moved) revalue(position.tradeData.symbolId, [position])
  }

  const whyOf = (position: ProtoOAPosition): UnvaluedReason => {
    const { symbolId } = position.tradeData
    if (!hasEntry(position)) return 'noEntryPrice'
    const failure = failures.get(symbolId)
    if (failure) return failure
    if (!rates.isConverted(symbolId)) return 'noConversion'
    return rates.quoteOf(symbolId)?.[exitSide(position)] === undefined ? 'notQuoted' : 'rateNotQuoted'
  }

  /** The reason why the positions of a symbol have no value may have changed. */
  const doubt = (symbolId: number): void => {
    if (tally.missing.size > 0)
      for (const positionId of groups.of(symbolId).keys()) unvalued.doubt(positionId)
  }

  return {
    hold: next => {
      const before = state
      state = next
      holdPositions(before?.positions ?? noPositions, next.positions)
    },
    symbolIds: groups.symbolIds,
    convert: (symbolId, chain) => {
      rates.convert(symbolId, chain)
      if (failures.get(symbolId) === 'noConversion') failures.delete(symbolId)
      revalueAll(symbolId)
      doubt(symbolId)
    },
    quote: sides => {
      // A quote that concerns several symbols comes once for each of them.
      if (rates.quoteOf(sides.symbolId) === sides) return
      rates.quote(sides)
      failures.delete(sides.symbolId)
      for (const symbolId of rates.concernedBy(sides.symbolId)) revalueAll(symbolId)
      doubt(sides.symbolId)
    },
    fail: (symbolId, why) => {
      rates.release(symbolId)
      failures.set(symbolId, why)
      doubt(symbolId)
      for (const positionId of groups.of(symbolId).keys())
        // The server's answer for it is still valid.
        if (!tally.valueOf(positionId)?.isAnswered) tally.await(positionId)
    },
    answer: told => {
      for (const { positionId, gross, net } of told) {
        const symbolId = state && lookup(state.positions, positionId)?.tradeData.symbolId
        if (symbolId !== undefined) tally.answer({ positionId, symbolId, gross, net, isAnswered: true })
      }
    },
    forgetQuotes: () => {
      rates.forgetQuotes()
      tally.missing.forEach(unvalued.doubt)
      for (const { positionId } of state ? valuesOf(state.positions) : nothing) tally.awaitAnew(positionId)
    },
    isPartial: () => tally.missing.size > 0,
    moneyDigits: () => (state ? moneyDigitsOf(state) : 2),
    giveUp: tally.giveUp,
    wait: tally.wait,
    question: tally.question,
    take: () => {
      if (!state || tally.wait() !== undefined) return undefined
      const list = unvalued.take()
      const isOther = list !== listed
      listed = list
      const changed = tally.takeChanged()
      return {
        state,
        gross: tally.gross(),
        net: tally.net(),
        usedMargin: margins.used(state.trader),
        changed: changed ?? nothing,
        positions: tally.values(),
        unvalued: list,
        marginless: margins.untold(),
        isNews: isOther || changed !== undefined,
      }
    },
  }
}
