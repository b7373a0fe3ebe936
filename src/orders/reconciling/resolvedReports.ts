import { Subject } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Account } from '../../session/account'
import type { ExecutionReport } from '../tracking/executionReport'
import { oncePer } from '../../util/oncePer'

const subjectOf = oncePer<Account, Subject<ExecutionReport>>(() => new Subject())

/** The reports that were found by asking, of orders that this program sent and that are over. */
export const resolvedReports = (account: Account): Observable<ExecutionReport> => subjectOf(account)

export const isOver = ({ orderStatus }: ProtoOAOrder): boolean =>
  orderStatus !== ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED

/** Skips pending orders: events will report them. */
export const emitResolved = (account: Account, reports: readonly ExecutionReport[]): void => {
  for (const one of reports) if (one.order && isOver(one.order)) subjectOf(account).next(one)
}
