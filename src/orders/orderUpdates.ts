import { NEVER, Subject, concatMap, defer, map, merge, share, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { accountMessages } from '../session/state/accountMessages'
import { pollState } from '../streams/sharing/polling'
import { createCheckpoint } from '../streams/history/checkpoint'
import { accountLinks } from '../streams/sharing/accountLinks'
import { createBaseline } from './reconciling/baseline'
import { trackAll } from './tracking/trackAll'
import { resolvedReports, isOver } from './reconciling/resolvedReports'
import { toExecutionReport, reportTime } from './tracking/executionReport'
import type { ExecutionReport } from './tracking/executionReport'
import { initialCatchUp, catchUpReports } from './reconciling/catchUp'
import type { CatchUp } from './reconciling/catchUp'
import type { OrderUpdate } from './model/orderUpdate'
import { oncePer } from '../util/oncePer'

const made = (account: Account): Observable<OrderUpdate> =>
  defer(() => {
    const { accountId } = account
    const missed$ = new Subject<undefined>()
    const all = trackAll(() => {
      missed$.next(undefined)
    })
    /** Up to which time updates were emitted; nothing before the first answer. */
    const known = createCheckpoint()
    let hasBegun = false
    const baseline = createBaseline()
    /** The orders that had ended by the first answer. They are news only if this program sent them meanwhile. */
    const ended = new Map<number, readonly OrderUpdate[]>()
    const hearFirst =
      (until: number) =>
      (report: ExecutionReport): readonly OrderUpdate[] => {
        const { order } = report
        const updates = all.hear(report)
        if (baseline.isNews(report, until)) return updates
        if (order && isOver(order)) ended.set(order.orderId, updates)
        return []
      }
    const hearFound = (report: ExecutionReport): readonly OrderUpdate[] => {
      const orderId = report.order?.orderId ?? NaN
      const before = ended.get(orderId) ?? []
      ended.delete(orderId)
      return [...before, ...all.hear(report)]
    }

    const on = (link: Link): Observable<readonly OrderUpdate[]> => {
      let isComplete = false
      const ask = (): Observable<CatchUp> => {
        const since = known.since()
        return since === undefined
          ? initialCatchUp(link, accountId, baseline)
          : catchUpReports(link, accountId, since, all)
      }
      const catchUp = ({ reports, until, isWhole }: CatchUp): OrderUpdate[] => {
        const isFirst = !hasBegun
        isComplete = true
        hasBegun = true
        if (isFirst) known.begin(until)
        else {
          known.answered(isWhole)
          known.note(until)
        }
        // What already existed at the start is not news.
        return reports.flatMap(isFirst ? hearFirst(until) : all.hear)
      }
      const hearOn = (report: ExecutionReport): readonly OrderUpdate[] => {
        if (isComplete) known.note(reportTime(report))
        else if (!hasBegun && report.order) baseline.hasBegun(report.order)
        return all.hear(report)
      }
      return merge(
        accountMessages(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(message => hearOn(toExecutionReport(message))),
        ),
        pollState(link, accountId, ask, { missed$ }).pipe(map(catchUp)),
      )
    }

    return merge(
      accountLinks(account).pipe(switchMap(link => (link ? on(link) : NEVER))),
      // If the line is lost before the first answer, the next answer emits nothing new. Then this is the only
      // source.
      resolvedReports(account).pipe(map(hearFound)),
    ).pipe(concatMap(updates => updates))
  })

const shared = oncePer((account: Account) => made(account).pipe(share()))

/**
 * The updates of every order of the account from now on, from any program: `accepted`, `partiallyFilled`, `filled`,
 * `replaced`, `cancelled`, `expired`, `rejected`, and `protected`. Closing orders are included. Partial fills are
 * added up, and no deal is counted twice.
 *
 * `protected` comes when a position has got or changed its stop loss or take profit. It also comes when the rest of
 * a partly closed position keeps its protections.
 *
 * Uses the account's execution events (2126). These are requested and emitted once (2175, 2133, 2124, and 2181 for
 * orders in no list), with the last update of each order:
 *
 * - what happened while the line was down
 * - the content of an event that could not be read (`client.rejected$`)
 * - what a list reported late
 *
 * If there was no line at the start, what happened before the first answer is emitted as far as this machine's
 * clock can tell. A command that is refused before it becomes an order (2132) is only reported to its own stream.
 *
 * Shared; a late subscriber gets no earlier updates. Errors with the account, or if the server refuses to answer.
 * Never completes.
 *
 * ```ts
 * orderUpdates(account).subscribe(update => {
 *   if (update.status === 'filled') console.log(update.orderId, update.price, update.volume, update.deal.dealId)
 * })
 * ```
 */
export const orderUpdates = (account: Account): Observable<OrderUpdate> => shared(account)
