import { rejections } from '../../connection/requests/refusal'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAExecutionType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { MessageOf } from '../../protocol/table'
import { omitUndefined } from '../../util/omitUndefined'

/** An execution event. Without `executionType` it was read back from the server. */
export interface ExecutionReport {
  /** Of the request that caused it. */
  readonly clientMsgId?: string
  readonly executionType?: ProtoOAExecutionType
  readonly order?: ProtoOAOrder
  readonly deals?: readonly ProtoOADeal[]
  readonly position?: ProtoOAPosition
  readonly errorCode?: string
  /** The server was asked repeatedly and has no more: what is missing will not come. */
  readonly isAll?: boolean
}

/** The report in an execution event (2126). */
export const toExecutionReport = ({
  clientMsgId,
  payload: { executionType, order, deal, position, errorCode },
}: MessageOf<typeof PayloadType.PROTO_OA_EXECUTION_EVENT>): ExecutionReport => ({
  executionType,
  ...omitUndefined({ clientMsgId, order, deals: deal && [deal], position, errorCode }),
})

/** Why a request was rejected, if an execution event says so (type 7 or 8). */
export const rejectionCode = ({ executionType, errorCode }: ExecutionReport): string | undefined => {
  const unsaid = rejections.get(executionType)
  return unsaid === undefined ? undefined : (errorCode ?? unsaid)
}

/** When the server made the report, in ms since the epoch. */
export const reportTime = ({ order, deals = [] }: ExecutionReport): number =>
  Math.max(order?.utcLastUpdateTimestamp ?? 0, ...deals.map(({ executionTimestamp }) => executionTimestamp))
