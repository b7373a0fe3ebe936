import { asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder, ProtoOAReconcileRes } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { latestOf } from '../../streams/history/latestTime'
import { isOver } from './resolvedReports'
import { timeOf } from '../tracking/executionReport'
import type { ExecutionReport } from '../tracking/executionReport'

/**
 * What there was of an account when one began to listen, which is no news. It takes several answers to know it, and the
 * line may be lost between them: what the first of each kind has told still counts then.
 */
export interface Baseline {
  /** An event told something of an order. */
  readonly hasBegun: (order: ProtoOAOrder) => void
  readonly deals: (deals: readonly ProtoOADeal[]) => void
  readonly standing: (now: Pick<ProtoOAReconcileRes, 'order' | 'position'>) => void
  /** Whether an order, as the answers show it now, has changed since. The last of what they show was at a time. */
  readonly isNews: (report: ExecutionReport, until: number) => boolean
  /** What came after the beginning came after this, by the server's own times: `time` is one that it has told. */
  readonly beginningBefore: (time: number) => number
}

/** So far our clock may be behind the server's and still be right, in ms. */
const TOLERANCE = 2_000

export const createBaseline = (): Baseline => {
  const begun = new Set<number>()
  const startedAt = monotonicNow()
  let lastDeal: number | undefined
  let pendingIds: ReadonlySet<number> | undefined
  let positionIds: ReadonlySet<number> | undefined

  const wasTraded = ({ deals = [] }: ExecutionReport): boolean =>
    deals.some(({ executionTimestamp }) => executionTimestamp > (lastDeal ?? Infinity))
  /** It was placed since, or has ended since. */
  const isOther = (order: ProtoOAOrder): boolean => pendingIds?.has(order.orderId) === isOver(order)
  const hasOpened = (position: ProtoOAPosition | undefined): boolean =>
    position !== undefined && positionIds?.has(position.positionId) === false

  /** By our clock, where it can be right: nothing has happened yet that is later. */
  const isSince = (report: ExecutionReport, until: number): boolean => {
    const now = asyncScheduler.now()
    return until <= now + TOLERANCE && timeOf(report) >= now - elapsed()
  }

  const elapsed = (): number => monotonicNow() - startedAt

  return {
    hasBegun: ({ orderId }) => {
      begun.add(orderId)
    },
    deals: deals => {
      lastDeal ??= latestOf(deals.map(({ executionTimestamp }) => executionTimestamp)) ?? 0
    },
    standing: ({ order = [], position = [] }) => {
      pendingIds ??= new Set(order.map(({ orderId }) => orderId))
      positionIds ??= new Set(position.map(({ positionId }) => positionId))
    },
    isNews: (report, until) => {
      const { order, position } = report
      if (!order) return false
      return (
        begun.has(order.orderId) ||
        wasTraded(report) ||
        isOther(order) ||
        hasOpened(position) ||
        isSince(report, until)
      )
    },
    // The server's clock has gone on since it told the time, so it began no earlier.
    beginningBefore: time => Math.max(0, Math.floor(time - elapsed())),
  }
}
