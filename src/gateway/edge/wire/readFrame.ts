import { PayloadType } from '../../../protocol/payloadType'
import { messageRow } from '../../../protocol/table'
import type { Message, MessageType } from '../../../protocol/table'
import { decodeFrame, outgoingFaults } from '../../../transport/frame'
import type { FrameError } from '../../../transport/frameErrors'
import type { FieldFault } from '../../../errorFields'
import type { Refusal } from '../../bus/messages'

/** A frame of a peer. */
export type PeerFrame =
  | { readonly kind: 'request'; readonly message: Message }
  | { readonly kind: 'heartbeat' }
  | {
      readonly kind: 'invalid'
      readonly refusal: Refusal
      readonly clientMsgId: string | undefined
      /** The peer speaks another language. */
      readonly isOver: boolean
    }

const detailOf = ([first]: readonly FieldFault[]): string =>
  first ? `Field ${first.path} must be ${first.expected}` : 'Message is not valid'

const unsupported = (payloadType: number): Refusal => ({
  errorCode: 'UNSUPPORTED_MESSAGE',
  description: `Payload type ${payloadType} is not supported`,
})

const refusalOf = ({ reason, faults, payloadType }: FrameError): Refusal =>
  reason === 'UnknownPayloadType'
    ? unsupported(payloadType ?? 0)
    : { errorCode: 'INVALID_REQUEST', description: detailOf(faults) }

/** An id goes into the journal, and to cTrader. Usual ones have some ten characters. */
export const MAX_ID = 100

const idTooLong: Refusal = {
  errorCode: 'INVALID_REQUEST',
  description: `Field clientMsgId must not be longer than ${MAX_ID} characters`,
}

/**
 * Reads a frame of a peer, more strictly than cTrader: a misspelt `stopLoss` in an order would be a position without
 * protection.
 */
export const readPeerFrame = (text: string): PeerFrame => {
  const decoded = decodeFrame(text)
  if (decoded._tag === 'Left') {
    const { reason, clientMsgId } = decoded.left
    const isOver = reason === 'MalformedJson' || reason === 'NotAnObject'
    return { kind: 'invalid', refusal: refusalOf(decoded.left), clientMsgId, isOver }
  }
  const message = decoded.right
  const { payloadType, clientMsgId, payload } = message
  if (payloadType === PayloadType.HEARTBEAT_EVENT) return { kind: 'heartbeat' }
  const invalid = (refusal: Refusal): PeerFrame => ({ kind: 'invalid', refusal, clientMsgId, isOver: false })
  if (!messageRow(payloadType)?.answeredBy) return invalid(unsupported(payloadType))
  if (clientMsgId !== undefined && clientMsgId.length > MAX_ID) return invalid(idTooLong)
  const faults = outgoingFaults<MessageType>(payloadType, payload)
  if (faults.length > 0) return invalid({ errorCode: 'INVALID_REQUEST', description: detailOf(faults) })
  return { kind: 'request', message }
}
