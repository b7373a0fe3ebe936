import { NEVER, Subject, concatMap, defer, map, merge, share, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { messagesOf } from '../session/state/accountMessages'
import { pollState } from '../streams/sharing/polling'
import { createCatchUp } from '../streams/history/catchUp'
import { accountLinks } from '../streams/sharing/live'
import { createBaseline } from './reconciling/baseline'
import { trackAll } from './tracking/trackAll'
import { resolvedReports, isOver } from './reconciling/resolvedReports'
import { executionReportIn, timeOf } from './tracking/executionReport'
import type { ExecutionReport } from './tracking/executionReport'
import { initialCatchUp, catchUpSince } from './reconciling/catchUp'
import type { CatchUp } from './reconciling/catchUp'
import type { OrderUpdate } from './model/orderUpdate'

const made = (account: Account): Observable<OrderUpdate> =>
  defer(() => {
    const { accountId } = account
    const missed$ = new Subject<undefined>()
    const all = trackAll(() => {
      missed$.next(undefined)
    })
    /** Up to when things were told; nothing before the first answer. */
    const known = createCatchUp()
    let hasBegun = false
    const baseline = createBaseline()
    /** What the first answer says of orders that have ended: news only where this program has sent them meanwhile. */
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
          : catchUpSince(link, accountId, since, all)
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
        // What there is when one begins to listen is no news.
        return reports.flatMap(isFirst ? hearFirst(until) : all.hear)
      }
      const hearOn = (report: ExecutionReport): readonly OrderUpdate[] => {
        if (isComplete) known.note(timeOf(report))
        else if (!hasBegun && report.order) baseline.hasBegun(report.order)
        return all.hear(report)
      }
      return merge(
        messagesOf(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(message => hearOn(executionReportIn(message))),
        ),
        pollState(link, accountId, ask, missed$).pipe(map(catchUp)),
      )
    }

    return merge(
      accountLinks(account).pipe(switchMap(link => (link ? on(link) : NEVER))),
      // Where the line is lost before the first answer, the next answer tells no news, and this is all there is.
      resolvedReports(account).pipe(map(hearFound)),
    ).pipe(concatMap(updates => updates))
  })

const shared = new WeakMap<Account, Observable<OrderUpdate>>()

/**
 * What becomes of every order of the account from now on, whoever placed it: `accepted`, `partiallyFilled`, `filled`,
 * `replaced`, `cancelled`, `expired`, `rejected`, of closing orders too, and `protected` when a position has got a stop
 * loss or take profit, or another, or has those it had on what is left of it after a part was closed. Partial fills are
 * added up, and no deal is counted twice.
 *
 * Rests on the account's execution events (2126). What happened while the line was down is asked for (2175, 2133, 2124,
 * and 2181 for what is in no list) and told once, of each order the last of it; so is what an event said that could not
 * be read (`client.rejected$`), and what a list that was behind told only later. Where there was no line to begin with,
 * what happened before the first answer is told as far as the clock of this machine can say. What an order is refused
 * for before it is one (2132) is told to whoever placed it, and not here. Shared, and nothing is told again to late
 * subscribers. Errors with the account, or where the server will not tell; never completes.
 *
 * ```ts
 * orderUpdates(account).subscribe(update => {
 *   if (update.status === 'filled') console.log(update.orderId, update.price, update.volume, update.deal.dealId)
 * })
 * ```
 */
export const orderUpdates = (account: Account): Observable<OrderUpdate> => {
  const known = shared.get(account)
  if (known) return known
  const updates$ = made(account).pipe(share())
  shared.set(account, updates$)
  return updates$
}
