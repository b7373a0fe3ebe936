import type { ProtoOADeal } from '../protocol/deals'
import type { ProtoOAOrder } from '../protocol/orders'
import { cents, toPrice, toWirePrice } from '../protocol/units'
import type { Cents } from '../protocol/units'

/** How far an order is filled. */
export interface Fill {
  /** The volume-weighted average. */
  readonly price: number
  readonly volume: Cents
  /** The last of its deals; of those that are told with it, where some were told before. */
  readonly deal: ProtoOADeal
}

export interface Filling {
  readonly fill: Fill
  /** Whether all of its deals are known. */
  readonly isComplete: boolean
  /** Whether there is a deal that was not told before. */
  readonly isNew: boolean
}

type Execution = ProtoOADeal & { readonly executionPrice: number }

/** The deals of an order by their ids, so that each counts once. */
export type Deals = ReadonlyMap<number, Execution>

/** An attempt that filled nothing is none. */
const isExecution = (deal: ProtoOADeal): deal is Execution =>
  deal.filledVolume > 0 && deal.executionPrice !== undefined

/** With deals that are told, maybe again. */
export const withDeals = (deals: Deals, told: readonly ProtoOADeal[]): Deals =>
  new Map([...deals, ...told.filter(isExecution).map(deal => [deal.dealId, deal] as const)])

const averageOf = (deals: readonly Execution[], first: number): number => {
  // As the server said it, which may be finer than prices are on the wire.
  if (deals.every(({ executionPrice }) => executionPrice === first)) return first
  let [value, volume] = [0, 0]
  for (const { executionPrice, filledVolume } of deals) {
    value += toWirePrice(executionPrice) * filledVolume
    volume += filledVolume
  }
  return toPrice(value / volume)
}

/**
 * How far an order is filled: by its deals, or by its own word as long as one of them has not come. Nothing before
 * the first.
 */
export const fillingOf = (
  { executedVolume = 0, executionPrice }: Pick<ProtoOAOrder, 'executedVolume' | 'executionPrice'>,
  known: Deals,
  told?: Deals,
): Filling | undefined => {
  const deals = [...known.values()].sort(
    (a, b) => a.executionTimestamp - b.executionTimestamp || a.dealId - b.dealId,
  )
  const [first] = deals
  const news = deals.filter(({ dealId }) => !told?.has(dealId))
  const deal = (news.length > 0 ? news : deals).at(-1)
  if (!first || !deal) return undefined
  const counted = deals.reduce((sum, { filledVolume }) => sum + filledVolume, 0)
  const average = averageOf(deals, first.executionPrice)
  const isComplete = counted >= executedVolume
  return {
    fill: isComplete
      ? { price: average, volume: cents(counted), deal }
      : { price: executionPrice ?? average, volume: cents(executedVolume), deal },
    isComplete,
    isNew: news.length > 0,
  }
}
