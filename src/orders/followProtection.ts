import { ProtoOAExecutionType, ProtoOAPositionStatus } from '../protocol/enums'
import type { ProtoOAAmendPositionSLTPReq, ProtoOAPosition } from '../protocol/positions'
import { toWirePrice } from '../protocol/units'
import type { Follow } from './follow'
import type { Heard } from './heard'
import type { OrderUpdate } from './update'

/** Which position is to be protected, how, as it was sent, and the `clientMsgId` of the request. */
export interface ProtectionTerms {
  readonly positionId: number
  readonly clientMsgId: string
  readonly asked: Pick<ProtoOAAmendPositionSLTPReq, 'stopLoss' | 'takeProfit' | 'trailingStopLoss'>
}

const isSamePrice = (asked: number | undefined, price: number | undefined): boolean =>
  asked === undefined || price === undefined ? asked === price : toWirePrice(asked) === toWirePrice(price)

/** Whether a position has the protections that were asked for. A stop that trails may have moved since. */
const isAsAsked = (
  { stopLoss, takeProfit, trailingStopLoss = false }: ProtectionTerms['asked'],
  position: ProtoOAPosition,
): boolean =>
  isSamePrice(takeProfit, position.takeProfit) &&
  trailingStopLoss === (position.trailingStopLoss ?? false) &&
  (trailingStopLoss || isSamePrice(stopLoss, position.stopLoss))

const rejections: ReadonlySet<number> = new Set([
  ProtoOAExecutionType.ORDER_REJECTED,
  ProtoOAExecutionType.ORDER_CANCEL_REJECTED,
])

/**
 * Of `amendProtection`: over with `protected` or `rejected`. A position that was found out is protected if it has what
 * was asked for, and no more to be protected if it is closed.
 */
export const followProtection = ({ positionId, clientMsgId, asked }: ProtectionTerms): Follow => {
  let isOver = false

  const rejected = (errorCode: string): OrderUpdate => ({ status: 'rejected', positionId, errorCode })

  const newsOf = ({
    executionType,
    position,
    order,
    errorCode,
    ...heard
  }: Heard): OrderUpdate | undefined => {
    if (executionType !== undefined) {
      // Whatever the server makes of the order behind the protections, it does for this request.
      if (heard.clientMsgId !== clientMsgId) return undefined
      if (rejections.has(executionType)) return rejected(errorCode ?? 'ORDER_REJECTED')
    }
    if (position?.positionId !== positionId) return undefined
    if (executionType === undefined) {
      if (position.positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED)
        return rejected('POSITION_NOT_FOUND')
      if (!isAsAsked(asked, position)) return undefined
    }
    const { clientOrderId, orderId } = order ?? {}
    return {
      status: 'protected',
      positionId,
      ...(orderId !== undefined && { orderId }),
      ...(clientOrderId !== undefined && { clientOrderId }),
      position,
    }
  }

  return heard => {
    const update = isOver ? undefined : newsOf(heard)
    isOver ||= update !== undefined
    return { updates: update ? [update] : [], isOver }
  }
}
