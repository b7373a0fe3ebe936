import { CTraderError } from '../../errors'
import { errorMeaning } from '../../protocol/errorCodes'
import { ProtoOAExecutionType } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { messageRow } from '../../protocol/table'
import type { Message, RequestType } from '../../protocol/table'
import { tooLarge } from './oversized'
import { omitUndefined } from '../../util/omitUndefined'
import { growingPause } from '../../util/backoff'

/** The content of a refusal, in any message type. */
export interface Refusal {
  readonly errorCode: string
  readonly description?: string
  readonly retryAfter?: number
  readonly maintenanceEndTimestamp?: number
  readonly orderId?: number
  readonly positionId?: number
}

/** An order command may also be refused by an execution event with one of these types. */
export const rejections: ReadonlyMap<unknown, string> = new Map([
  [ProtoOAExecutionType.ORDER_REJECTED, 'ORDER_REJECTED'],
  [ProtoOAExecutionType.ORDER_CANCEL_REJECTED, 'ORDER_CANCEL_REJECTED'],
])

/** Values below are seconds. As ms they would lie far in the past; above, seconds would lie far in the future. */
const LATEST_IN_SECONDS = 1e11
export const toMs = (timestamp: number): number =>
  timestamp < LATEST_IN_SECONDS ? timestamp * 1_000 : timestamp

/** The refusal in a message, if it is one. */
export const readRefusal = (message: Message): Refusal | undefined => {
  switch (message.payloadType) {
    case PayloadType.PROTO_OA_ERROR_RES: {
      // In seconds here, but in ms in a 50.
      const { maintenanceEndTimestamp: end, ...refusal } = message.payload
      return end === undefined ? refusal : { ...refusal, maintenanceEndTimestamp: toMs(end) }
    }
    case PayloadType.ERROR_RES:
    case PayloadType.PROTO_OA_ORDER_ERROR_EVENT:
      return message.payload
    case PayloadType.PROTO_OA_EXECUTION_EVENT: {
      const { executionType, errorCode = rejections.get(executionType) } = message.payload
      return rejections.has(executionType) && errorCode !== undefined ? { errorCode } : undefined
    }
    default:
      return undefined
  }
}

/** Requests are short, so this error is about the answer. */
const FRAME_TOO_LONG = 'FRAME_TOO_LONG'

export const refusalError = (
  payloadType: RequestType,
  { errorCode, description, retryAfter, maintenanceEndTimestamp, orderId, positionId }: Refusal,
): CTraderError =>
  errorCode === FRAME_TOO_LONG && messageRow(payloadType)?.repeatable === true
    ? tooLarge(payloadType, 'the server says so')
    : new CTraderError({
        reason: 'Refused',
        payloadType,
        errorCode,
        ...omitUndefined({ description, maintenanceEndTimestamp, retryAfter, orderId, positionId }),
      })

/** Whether a refusal is temporary, so that giving it to the wrong request does no harm. */
export const isHarmless = ({ errorCode }: Refusal): boolean => {
  const meaning = errorMeaning(errorCode)
  return meaning === 'transient' || meaning === 'appLost'
}

const DEFERRALS = { initial: 1_000, max: 120_000 }

/**
 * In ms. The time that the server names may be too short for its longer quotas, so each pause is at least twice the
 * last.
 */
export const deferral = ({ retryAfter = 1 }: Refusal, deferrals: number): number =>
  Math.min(DEFERRALS.max, Math.max(retryAfter * 1_000, growingPause(deferrals + 1, DEFERRALS)))
