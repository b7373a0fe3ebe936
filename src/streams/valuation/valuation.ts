import type { AccountState } from '../account/accountReducer'
import type { KnownPrices } from '../../operators/mergeQuote'
import { deepEqual } from '../../util/deepEqual'
import { differences, lookup, persistentMap, valuesOf } from '../../util/persistentMap'
import { sideOf } from '../../protocol/side'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { ConversionChain } from './conversion'
import { createMargins } from './marginRules'
import { createPositionGroups } from './positionGroups'
import { exitSide, hasEntry, isWorthTheSame, profitOf } from './profit'
import type { PositionPnl } from './profit'
import { createRates } from './rates'
import { createTotals } from './totals'
import type { Sums } from './totals'
import type { Unvalued, UnvaluedReason } from './unvalued'

/** The positions of an account, valued at one moment. */
export interface Valued extends Sums {
  readonly state: AccountState
  readonly usedMargin: number
  /** The positions without a value. They are in no sum. */
  readonly unvalued: readonly Unvalued[]
  /** The positions without a margin from the server. */
  readonly marginless: readonly Unvalued[]
}

export const moneyDigitsOf = ({ trader }: AccountState): number => trader.moneyDigits ?? 2

const noPositions: AccountState['positions'] = persistentMap()

/** Values positions as quotes come. A quote costs only what the positions it concerns cost. */
export const createValuation = () => {
  let state: AccountState | undefined
  const groups = createPositionGroups()
  const margins = createMargins()
  const rates = createRates()
  const totals = createTotals()
  const failures = new Map<number, UnvaluedReason>()
  let unvalued: readonly Unvalued[] = []
  /** Whether a position may have got a value, lost it, or have none for another reason. */
  let isDoubted = false

  const positionOf = (positionId: number): ProtoOAPosition | undefined =>
    state && lookup(state.positions, positionId)

  const hasMissing = (symbolId: number): boolean =>
    totals.missing.size > 0 && [...groups.of(symbolId).keys()].some(id => totals.missing.has(id))

  const revalue = (symbolId: number, positions: Iterable<ProtoOAPosition>): void => {
    const prices = rates.prices.get(symbolId)
    const rate = rates.rateOf(symbolId)
    if (!state || !prices || rate === undefined) return
    for (const position of positions) {
      const value = profitOf(position, prices, rate, moneyDigitsOf(state))
      if (!value) continue
      if (totals.missing.has(value.positionId)) isDoubted = true
      totals.set(value)
    }
  }

  const revalueAll = (symbolId: number): void => {
    revalue(symbolId, groups.of(symbolId).values())
  }

  const whyOf = (position: ProtoOAPosition): UnvaluedReason => {
    const { symbolId } = position.tradeData
    if (!hasEntry(position)) return 'noEntryPrice'
    const failure = failures.get(symbolId)
    if (failure) return failure
    if (!rates.isConverted(symbolId)) return 'noConversion'
    return rates.prices.get(symbolId)?.[exitSide(position)] === undefined ? 'notQuoted' : 'rateNotQuoted'
  }

  const listUnvalued = (): readonly Unvalued[] =>
    [...totals.missing].flatMap(positionId => {
      const position = positionOf(positionId)
      return position ? { positionId, symbolId: position.tradeData.symbolId, why: whyOf(position) } : []
    })

  return {
    hold: (next: AccountState): void => {
      const found = differences(state?.positions ?? noPositions, next.positions)
      state = next
      isDoubted = true
      const moved: ProtoOAPosition[] = []
      for (const { key, before, after } of found) {
        margins.replace(before, after)
        groups.replace(before, after)
        if (!after) totals.remove(key)
        else if (!before || !isWorthTheSame(before, after)) {
          totals.await(key)
          moved.push(after)
        }
      }
      for (const { before } of found)
        if (before && groups.of(before.tradeData.symbolId).size === 0) {
          rates.release(before.tradeData.symbolId)
          failures.delete(before.tradeData.symbolId)
        }
      for (const position of moved) revalue(position.tradeData.symbolId, [position])
    },
    /** The symbols of the positions: the same set object until they change. */
    symbolIds: groups.symbolIds,
    /** Sets how the profits of a symbol become money of the account. */
    convert: (symbolId: number, chain: ConversionChain): void => {
      rates.convert(symbolId, chain)
      if (failures.get(symbolId) === 'noConversion') failures.delete(symbolId)
      isDoubted = true
      revalueAll(symbolId)
    },
    quote: (symbolId: number, prices: KnownPrices): void => {
      // A quote that concerns several symbols comes once for each of them.
      if (rates.prices.get(symbolId) === prices) return
      rates.prices.set(symbolId, prices)
      failures.delete(symbolId)
      if (hasMissing(symbolId)) isDoubted = true
      for (const concerned of rates.concernedBy(symbolId)) revalueAll(concerned)
    },
    /** Quotes do not value the positions of a symbol until it is converted and quoted again. */
    fail: (symbolId: number, why: UnvaluedReason): void => {
      rates.release(symbolId)
      failures.set(symbolId, why)
      isDoubted = true
      for (const positionId of groups.of(symbolId).keys())
        // The server's answer for it is still valid.
        if (!totals.valueOf(positionId)?.isAnswered) totals.await(positionId)
    },
    /** Sets the server's values for positions that quotes do not value. */
    answer: (told: readonly Omit<PositionPnl, 'symbolId' | 'side'>[]): void => {
      isDoubted = true
      for (const { positionId, gross, net } of told) {
        const position = positionOf(positionId)
        if (!position) continue
        const { symbolId, tradeSide } = position.tradeData
        totals.answer({ positionId, symbolId, side: sideOf(tradeSide), gross, net, isAnswered: true })
      }
    },
    /** All earlier quotes are invalid. */
    forgetQuotes: (): void => {
      rates.prices.clear()
      isDoubted = true
      for (const { positionId } of state ? valuesOf(state.positions) : []) totals.awaitAnew(positionId)
    },
    /** Whether any position is given up. */
    isPartial: (): boolean => totals.missing.size > 0,
    moneyDigits: (): number => (state ? moneyDigitsOf(state) : 2),
    /** Stops waiting for positions without a value. */
    giveUp: (): void => {
      isDoubted = true
      totals.giveUp()
    },
    wait: totals.wait,
    question: totals.question,
    /** The value of all positions, and what changed since the last time. `undefined` while a value is awaited. */
    take: (): Valued | undefined => {
      if (!state || totals.wait() !== undefined) return undefined
      const before = unvalued
      const now = isDoubted ? listUnvalued() : before
      if (!deepEqual(before, now)) unvalued = now
      isDoubted = false
      const sums = totals.take()
      return {
        ...sums,
        state,
        usedMargin: margins.used(state.trader),
        unvalued,
        marginless: margins.untold(),
        isNews: sums.isNews || unvalued !== before,
      }
    },
  }
}

export type Valuation = ReturnType<typeof createValuation>
