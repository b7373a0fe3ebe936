import type { AccountState } from '../account/accountReducer'
import type { KnownPrices } from '../../operators/mergeQuote'
import { deepEqual } from '../../util/deepEqual'
import { differences, lookup, persistentMap, toValues } from '../../util/persistentMap'
import { toSide } from '../../protocol/side'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Difference } from '../../util/persistentMap'
import type { ConversionChain } from './conversion'
import { createMargins } from './marginRules'
import { createPositionGroups } from './positionGroups'
import { isWorthTheSame, positionProfit } from './profit'
import type { PositionPnl } from './profit'
import { createRates } from './rates'
import { createTotals } from './totals'
import type { Sums } from './totals'
import { createUnquoted } from './unquoted'
import { unvaluedPosition } from './unvalued'
import type { UnvaluedPosition, UnvaluedReason } from './unvalued'

/** The positions of an account, valued at one moment. */
export interface Valued extends Sums {
  readonly state: AccountState
  readonly usedMargin: number
  /** The positions without a value. They are in no sum. */
  readonly unvalued: readonly UnvaluedPosition[]
  /** The positions without a margin from the server. */
  readonly marginless: readonly UnvaluedPosition[]
}

export const accountMoneyDigits = ({ trader }: AccountState): number => trader.moneyDigits ?? 2

type Change = Difference<number, ProtoOAPosition>

/** Whether a position needs another value. */
const isMoved = (before: ProtoOAPosition | undefined, after: ProtoOAPosition): boolean =>
  !before || !isWorthTheSame(before, after)

const noPositions: AccountState['positions'] = persistentMap()

/** Values positions as quotes come. A quote costs only what the positions it concerns cost. */
export const createValuation = () => {
  let state: AccountState | undefined
  const groups = createPositionGroups()
  const margins = createMargins()
  const rates = createRates()
  const unquoted = createUnquoted()
  const totals = createTotals(unquoted)
  let unvalued: readonly UnvaluedPosition[] = []
  /** Whether a position may have got a value, lost it, or have none for another reason. */
  let isDoubted = false

  const positionOf = (positionId: number): ProtoOAPosition | undefined =>
    state && lookup(state.positions, positionId)

  const hasMissing = (symbolId: number): boolean =>
    unquoted.missing.size > 0 && [...groups.of(symbolId).keys()].some(id => unquoted.missing.has(id))

  const revalue = (symbolId: number, positions = groups.of(symbolId).values()): void => {
    const prices = rates.prices.get(symbolId)
    const rate = rates.rateOf(symbolId)
    if (!state || !prices || rate === undefined) return
    for (const position of positions) {
      const value = positionProfit(position, prices, rate, accountMoneyDigits(state))
      if (!value) continue
      if (unquoted.missing.has(value.positionId)) isDoubted = true
      totals.set(value)
    }
  }

  const listUnvalued = (): readonly UnvaluedPosition[] =>
    [...unquoted.missing].flatMap(positionId => {
      const position = positionOf(positionId)
      return position ? unvaluedPosition(positionId, position.tradeData.symbolId, rates.whyOf(position)) : []
    })

  const replace = ({ key, before, after }: Change): void => {
    margins.replace(before, after)
    groups.replace(before, after)
    if (!after) totals.remove(key)
    else if (isMoved(before, after)) totals.await(key)
  }

  const releaseUnused = ({ before }: Change): void => {
    if (before && groups.of(before.tradeData.symbolId).size === 0) rates.release(before.tradeData.symbolId)
  }

  const revalueMoved = ({ before, after }: Change): void => {
    if (after && isMoved(before, after)) revalue(after.tradeData.symbolId, [after].values())
  }

  return {
    hold: (next: AccountState): void => {
      const changes = differences(state?.positions ?? noPositions, next.positions)
      state = next
      isDoubted = true
      changes.forEach(replace)
      changes.forEach(releaseUnused)
      changes.forEach(revalueMoved)
    },
    /** The symbols of the positions: the same set object until they change. */
    symbolIds: groups.symbolIds,
    /** Sets how the profits of a symbol become money of the account. */
    convert: (symbolId: number, chain: ConversionChain): void => {
      rates.convert(symbolId, chain)
      isDoubted = true
      revalue(symbolId)
    },
    quote: (symbolId: number, prices: KnownPrices): void => {
      if (!rates.quote(symbolId, prices)) return
      if (hasMissing(symbolId)) isDoubted = true
      for (const concerned of rates.concernedBy(symbolId)) revalue(concerned)
    },
    /** Quotes do not value the positions of a symbol until it is converted and quoted again. */
    fail: (symbolId: number, reason: UnvaluedReason): void => {
      rates.release(symbolId, reason)
      isDoubted = true
      for (const positionId of groups.of(symbolId).keys())
        // The server's answer for it is still valid.
        if (!totals.valueOf(positionId)?.fromServer) totals.await(positionId)
    },
    /** Sets the server's values for positions that quotes do not value. */
    answer: (told: readonly Omit<PositionPnl, 'symbolId' | 'side'>[]): void => {
      isDoubted = true
      for (const { positionId, gross, net } of told) {
        const position = positionOf(positionId)
        if (!position) continue
        const { symbolId, tradeSide } = position.tradeData
        totals.answer({ positionId, symbolId, side: toSide(tradeSide), gross, net, fromServer: true })
      }
    },
    /** All earlier quotes are invalid. */
    forgetQuotes: (): void => {
      rates.prices.clear()
      isDoubted = true
      for (const { positionId } of state ? toValues(state.positions) : []) unquoted.await(positionId)
    },
    /** Whether any position is given up. */
    isPartial: (): boolean => unquoted.missing.size > 0,
    moneyDigits: (): number => (state ? accountMoneyDigits(state) : 2),
    /** Stops waiting for positions without a value. */
    giveUp: (): void => {
      isDoubted = true
      totals.giveUp()
    },
    wait: unquoted.wait,
    question: unquoted.question,
    /** The value of all positions, and what changed since the last time. `undefined` while a value is awaited. */
    take: (): Valued | undefined => {
      if (!state || unquoted.wait() !== undefined) return undefined
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
