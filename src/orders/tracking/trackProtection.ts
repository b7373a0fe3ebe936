import { ProtoOAPositionStatus } from '../../protocol/messages/enums'
import { ignoreAfterEnd } from './tracker'
import type { Tracker } from './tracker'
import { rejectionCode } from './executionReport'
import type { ExecutionReport } from './executionReport'
import { hasProtections } from './protectionMatch'
import type { Protections } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'
import { omitUndefined } from '../../util/omitUndefined'

/** Which position to protect, the protections as sent, and the `clientMsgId` of the request. */
export interface ProtectionTerms {
  readonly positionId: number
  readonly clientMsgId: string
  readonly asked: Protections
}

/**
 * For `amendProtection`: over with `protected` or `rejected`. A position that was read back is protected if it has
 * what was requested. If it is closed, nothing more will come.
 */
export const trackProtection = ({ positionId, clientMsgId, asked }: ProtectionTerms): Tracker => {
  const rejected = (errorCode: string): OrderUpdate => ({ status: 'rejected', positionId, errorCode })

  /** With this `clientMsgId`, any change of the order behind the protections comes from this request. */
  const outcomeOfEvent = (report: ExecutionReport): OrderUpdate | undefined => {
    if (report.clientMsgId !== clientMsgId) return undefined
    const errorCode = rejectionCode(report)
    return errorCode === undefined ? protectedIn(report) : rejected(errorCode)
  }

  const outcomeReadBack = (report: ExecutionReport): OrderUpdate | undefined => {
    const { position } = report
    if (position?.positionId !== positionId) return undefined
    if (position.positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED)
      return rejected('POSITION_NOT_FOUND')
    return hasProtections(asked, position, position.tradeData.tradeSide) ? protectedIn(report) : undefined
  }

  const protectedIn = ({ position, order }: ExecutionReport): OrderUpdate | undefined =>
    position?.positionId === positionId
      ? {
          status: 'protected',
          positionId,
          ...omitUndefined({ orderId: order?.orderId, clientOrderId: order?.clientOrderId }),
          position,
        }
      : undefined

  return ignoreAfterEnd(report => {
    const update = report.executionType === undefined ? outcomeReadBack(report) : outcomeOfEvent(report)
    return { updates: update ? [update] : [], isOver: update !== undefined }
  })
}
