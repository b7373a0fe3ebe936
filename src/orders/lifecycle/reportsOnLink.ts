import { filter, map, merge, mergeMap } from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import type { Link } from '../../connection/link'
import { readRefusal, refusalError } from '../../connection/requests/refusal'
import type { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { accountMessages } from '../../session/state/accountMessages'
import type { Tracked } from '../tracking/tracker'
import { toExecutionReport, rejectionCode } from '../tracking/executionReport'
import type { OrderIntent } from '../model/journal'
import type { OrderLife } from '../tracking/orderLife'
import { omitUndefined } from '../../util/omitUndefined'

/** The server has forwarded the command but got no result: it may have been executed. */
const GAVE_UP = 'TIMEOUT_ERROR'

/** Everything that the server pushes about a command on a link: execution reports and refusals, in any message. */
export const reportsOnLink = (
  link: Link,
  { accountId, id, payloadType }: Pick<OrderIntent, 'accountId' | 'id' | 'payloadType'>,
  life: OrderLife,
  doubt: (cause: CTraderError) => ObservableInput<Tracked>,
): Observable<Tracked> => {
  const rejected = (errorCode: string, description?: string): Tracked =>
    life.tell(
      [{ status: 'rejected', errorCode, ...omitUndefined({ description }), ...life.state().ids }],
      true,
    )

  const executions$ = accountMessages(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
    map(message => {
      const report = toExecutionReport(message)
      const errorCode = report.clientMsgId === id && !report.order ? rejectionCode(report) : undefined
      const followed = life.hear(report)
      return errorCode === undefined || followed.isOver ? followed : rejected(errorCode)
    }),
  )

  const refusals$ = merge(
    link.on(PayloadType.PROTO_OA_ORDER_ERROR_EVENT),
    link.on(PayloadType.PROTO_OA_ERROR_RES),
    link.on(PayloadType.ERROR_RES),
  ).pipe(
    // A refusal cannot concern an order that the server has already reported.
    filter(({ clientMsgId }) => clientMsgId === id && !life.state().isKnown),
    mergeMap((message): ObservableInput<Tracked> => {
      const refusal = readRefusal(message)
      if (!refusal) return []
      const { description, errorCode } = refusal
      return errorCode === GAVE_UP
        ? doubt(refusalError(payloadType, refusal))
        : [rejected(errorCode, description)]
    }),
  )
  return merge(executions$, refusals$)
}
