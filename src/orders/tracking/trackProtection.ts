import { ProtoOAPositionStatus } from '../../protocol/messages/enums'
import type { Tracker } from './trackNewOrder'
import { rejectionIn } from './executionReport'
import type { ExecutionReport } from './executionReport'
import { hasProtections } from './protectionMatch'
import type { Protections } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'
import { defined } from '../../util/defined'

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
  let isOver = false

  const rejected = (errorCode: string): OrderUpdate => ({ status: 'rejected', positionId, errorCode })

  const newsOf = (report: ExecutionReport): OrderUpdate | undefined => {
    const { executionType, position, order } = report
    if (executionType !== undefined) {
      // With this `clientMsgId`, any change of the order behind the protections comes from this request.
      if (report.clientMsgId !== clientMsgId) return undefined
      const errorCode = rejectionIn(report)
      if (errorCode !== undefined) return rejected(errorCode)
    }
    if (position?.positionId !== positionId) return undefined
    if (executionType === undefined) {
      if (position.positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED)
        return rejected('POSITION_NOT_FOUND')
      if (!hasProtections(asked, position, position.tradeData.tradeSide)) return undefined
    }
    const { clientOrderId, orderId } = order ?? {}
    return {
      status: 'protected',
      positionId,
      ...defined({ orderId, clientOrderId }),
      position,
    }
  }

  return report => {
    const update = isOver ? undefined : newsOf(report)
    isOver ||= update !== undefined
    return { updates: update ? [update] : [], isOver }
  }
}
