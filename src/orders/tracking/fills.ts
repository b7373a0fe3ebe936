import { differences, lookup, persistentMap, update, toValues } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import { deepEqual } from '../../util/deepEqual'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { cents, toPrice, toWirePrice } from '../../protocol/units'
import type { Cents } from '../../protocol/units'

/** How far an order is filled. */
export interface Fill {
  /** The volume-weighted average. */
  readonly price: number
  readonly volume: Cents
  /** Its last deal. Of several in one report, the last one that is new, if any. */
  readonly deal: ProtoOADeal
}

export interface Filling {
  readonly fill: Fill
  /** Whether all of its deals are known. */
  readonly isComplete: boolean
  /** Whether it includes a new deal. */
  readonly isNew: boolean
}

type Execution = ProtoOADeal & { readonly executionPrice: number }

/** The deals of an order, each counted once, with their sums. */
export interface Deals {
  readonly byId: PersistentMap<number, Execution>
  readonly volume: number
  /** The sum of wire price times volume. */
  readonly value: number
  /** The price as the server wrote it, if all deals have the same. It may be finer than wire prices. */
  readonly price: number | undefined
  /** The last deal. */
  readonly last: Execution | undefined
}

export const noDeals: Deals = {
  byId: persistentMap(),
  volume: 0,
  value: 0,
  price: undefined,
  last: undefined,
}

/** An attempt that filled nothing is not an execution. */
const isExecution = (deal: ProtoOADeal): deal is Execution =>
  deal.filledVolume > 0 && deal.executionPrice !== undefined

const laterOf = (a: Execution | undefined, b: Execution): Execution =>
  a && (a.executionTimestamp - b.executionTimestamp || a.dealId - b.dealId) > 0 ? a : b

const withDeal = ({ byId, volume, value, price, last }: Deals, deal: Execution): Deals => {
  const { dealId, executionPrice, filledVolume } = deal
  return {
    byId: update(byId, [[dealId, deal]]),
    volume: volume + filledVolume,
    value: value + toWirePrice(executionPrice) * filledVolume,
    price: byId.size === 0 || price === executionPrice ? executionPrice : undefined,
    last: laterOf(last, deal),
  }
}

/** A deal that comes again with other values replaces the old one, and the sums are calculated again. */
const withChanged = ({ byId }: Deals, deal: Execution): Deals =>
  toValues(update(byId, [[deal.dealId, deal]])).reduce(withDeal, noDeals)

/** Adds deals. Some may be known already. */
export const withDeals = (deals: Deals, told: readonly ProtoOADeal[]): Deals =>
  told.filter(isExecution).reduce((all, deal) => {
    const known = lookup(all.byId, deal.dealId)
    if (known && deepEqual(known, deal)) return all
    return known ? withChanged(all, deal) : withDeal(all, deal)
  }, deals)

/** The deals that were not known before. */
const newIn = (before: Deals['byId'], after: Deals['byId']): Execution[] =>
  differences(before, after).flatMap(one => (one.before || !one.after ? [] : [one.after]))

/**
 * How far an order is filled: by its deals, or by its own fields while a deal is missing. `undefined` before the
 * first fill.
 */
export const fillProgress = (
  { executedVolume = 0, executionPrice }: Pick<ProtoOAOrder, 'executedVolume' | 'executionPrice'>,
  known: Deals,
  told?: Deals,
): Filling | undefined => {
  const { byId, last, price, value, volume } = known
  if (!last) return undefined
  const news = told && newIn(told.byId, byId)
  const deal = news?.reduce<Execution | undefined>(laterOf, undefined) ?? last
  const average = price ?? toPrice(value / volume)
  const isComplete = volume >= executedVolume
  return {
    fill: isComplete
      ? { price: average, volume: cents(volume), deal }
      : { price: executionPrice ?? average, volume: cents(executedVolume), deal },
    isComplete,
    isNew: news === undefined || news.length > 0,
  }
}
