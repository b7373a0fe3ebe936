import { asyncScheduler, combineLatest, concatMap, filter, map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOADealStatus, ProtoOATradeSide, deals, symbol } from 'rx-ctrader'
import type { ProtoOADeal } from 'rx-ctrader'
import type { Copyable, CopyOptions } from './model'

const isExecuted = ({ dealStatus, filledVolume }: ProtoOADeal): boolean =>
  filledVolume > 0 &&
  (dealStatus === ProtoOADealStatus.FILLED || dealStatus === ProtoOADealStatus.PARTIALLY_FILLED)

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
          const { dealId, filledVolume, positionId, tradeSide } = deal
          const lots = filledVolume / (terms.lotSize ?? 1)
          if (!log.knowsDeal(dealId))
            log.write({
              kind: 'deal',
              dealId,
              positionId,
              lots: tradeSide === ProtoOATradeSide.BUY ? lots : -lots,
            })
          return { deal, terms, masterEquity, receivedAt, isOpening: log.isOpening(dealId) }
        }),
      ),
    ),
  )
