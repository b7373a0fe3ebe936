import { rejections } from '../../connection/requests/refusal'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAExecutionType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { MessageOf } from '../../protocol/table'

/** What an execution event tells, or, without `executionType`, what was found out by asking. */
export interface ExecutionReport {
  /** Of the request that caused it. */
  readonly clientMsgId?: string
  readonly executionType?: ProtoOAExecutionType
  readonly order?: ProtoOAOrder
  readonly deals?: readonly ProtoOADeal[]
  readonly position?: ProtoOAPosition
  readonly errorCode?: string
  /** Where the server was asked again and again, and has no more to tell: what is missing will not come. */
  readonly isAll?: boolean
}

/** What an execution event (2126) tells. */
export const executionReportIn = ({
  clientMsgId,
  payload: { executionType, order, deal, position, errorCode },
}: MessageOf<typeof PayloadType.PROTO_OA_EXECUTION_EVENT>): ExecutionReport => ({
  executionType,
  ...(clientMsgId !== undefined && { clientMsgId }),
  ...(order && { order }),
  ...(deal && { deals: [deal] }),
  ...(position && { position }),
  ...(errorCode !== undefined && { errorCode }),
})

/** Why a request came to nothing, if an execution event says that it did (type 7 or 8). */
export const rejectionIn = ({ executionType, errorCode }: ExecutionReport): string | undefined => {
  const unsaid = rejections.get(executionType)
  return unsaid === undefined ? undefined : (errorCode ?? unsaid)
}

/** When the server did what is heard, in ms since the epoch. */
export const timeOf = ({ order, deals = [] }: ExecutionReport): number =>
  Math.max(order?.utcLastUpdateTimestamp ?? 0, ...deals.map(({ executionTimestamp }) => executionTimestamp))
