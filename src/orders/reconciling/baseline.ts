import { asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder, ProtoOAReconcileRes } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { latestPlausible } from '../../streams/history/latestTime'
import { isOver } from './resolvedReports'
import { reportTime } from '../tracking/executionReport'
import type { ExecutionReport } from '../tracking/executionReport'

/**
 * What an account had when the program began to listen, and is therefore not news. Several answers are needed to
 * know it, and the line may be lost between them. The first answer of each kind still counts then.
 */
export interface Baseline {
  /** An event has reported an order. */
  readonly hasBegun: (order: ProtoOAOrder) => void
  readonly deals: (deals: readonly ProtoOADeal[]) => void
  readonly openNow: (now: Pick<ProtoOAReconcileRes, 'order' | 'position'>) => void
  /**
   * Whether an order in the answers has changed since the start. `until` is the time of the latest entry in the
   * answers.
   */
  readonly isNews: (report: ExecutionReport, until: number) => boolean
  /** The start by the server's clock, given a time that the server has just reported. */
  readonly beginningBefore: (time: number) => number
}

/** How far our clock may be behind the server's, in ms, to be trusted. */
const TOLERANCE = 2_000

export const createBaseline = (): Baseline => {
  const begun = new Set<number>()
  const startedAt = monotonicNow()
  let lastDeal: number | undefined
  let pendingIds: ReadonlySet<number> | undefined
  let positionIds: ReadonlySet<number> | undefined

  const wasTraded = ({ deals = [] }: ExecutionReport): boolean =>
    deals.some(({ executionTimestamp }) => executionTimestamp > (lastDeal ?? Infinity))
  /** The order was placed or has ended since the start. */
  const isOther = (order: ProtoOAOrder): boolean => pendingIds?.has(order.orderId) === isOver(order)
  const hasOpened = (position: ProtoOAPosition | undefined): boolean =>
    position !== undefined && positionIds?.has(position.positionId) === false

  /** By our clock, if it can be right: no report may be later than now. */
  const isSince = (report: ExecutionReport, until: number): boolean => {
    const now = asyncScheduler.now()
    return until <= now + TOLERANCE && reportTime(report) >= now - elapsed()
  }

  const elapsed = (): number => monotonicNow() - startedAt

  return {
    hasBegun: ({ orderId }) => {
      begun.add(orderId)
    },
    deals: deals => {
      lastDeal ??= latestPlausible(deals.map(({ executionTimestamp }) => executionTimestamp)) ?? 0
    },
    openNow: ({ order = [], position = [] }) => {
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
    // The server's clock has gone on since it reported the time, so the start is not later than this.
    beginningBefore: time => Math.max(0, Math.floor(time - elapsed())),
  }
}
