import { asyncScheduler, combineLatest, concatMap, filter, map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOADealStatus, ProtoOATradeSide, deals, symbol } from 'rx-ctrader'
import type { ProtoOADeal } from 'rx-ctrader'
import type { Copyable, CopyOptions } from './model'

const isExecuted = ({ dealStatus, filledVolume }: ProtoOADeal): boolean =>
  filledVolume > 0 &&
  (dealStatus === ProtoOADealStatus.FILLED || dealStatus === ProtoOADealStatus.PARTIALLY_FILLED)

/**
 * By how much a deal changes what is known of the master's position, in lots. What it closes is never more than that: the
 * rest of the position is from before the beginning, and was not copied.
 */
const changeOf = (
  { closePositionDetail, filledVolume, tradeSide }: ProtoOADeal,
  known: number,
  lotSize = 1,
): number => {
  const sign = tradeSide === ProtoOATradeSide.BUY ? 1 : -1
  const closed = closePositionDetail ? (closePositionDetail.closedVolume ?? filledVolume) : 0
  const open = Math.max(0, -sign * known)
  return sign * ((filledVolume - closed) / lotSize + Math.min(closed / lotSize, open))
}

/** The master's deals, each written down once, in the order in which they come. Also those of the time away. */
export const masterDeals = (
  { log, master, since }: CopyOptions,
  masterEquity$: Observable<number>,
): Observable<Copyable> =>
  deals(master, since === undefined ? {} : { since }).pipe(
    filter(isExecuted),
    map(deal => ({ deal, receivedAt: asyncScheduler.now() })),
    concatMap(({ deal, receivedAt }) =>
      combineLatest([symbol(master, deal.symbolId), masterEquity$]).pipe(
        take(1),
        map(([terms, masterEquity]): Copyable => {
          const { dealId, positionId } = deal
          const lots = changeOf(deal, log.masterLots(positionId), terms.lotSize)
          if (!log.knowsDeal(dealId)) log.write({ kind: 'deal', dealId, positionId, lots })
          return { deal, terms, masterEquity, receivedAt, isOpening: log.isOpening(dealId) }
        }),
      ),
    ),
  )
