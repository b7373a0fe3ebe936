import { messageCodec } from '../../protocol/table'
import type { MessageType } from '../../protocol/table'

/** The text of a frame, in the server's form. */
export type Write = (payloadType: MessageType, payload: unknown, clientMsgId?: string) => string

/** The same price event goes to many sessions in a row as the same object: it is written once. */
export const createWriter = (): Write => {
  let last:
    { readonly payloadType: MessageType; readonly payload: unknown; readonly text: string } | undefined
  return (payloadType, payload, clientMsgId) => {
    if (last && clientMsgId === undefined && last.payload === payload && last.payloadType === payloadType)
      return last.text
    const encoded = messageCodec(payloadType).encode(payload) as object
    const isEmpty = Object.keys(encoded).length === 0
    const text = JSON.stringify({ payloadType, clientMsgId, payload: isEmpty ? undefined : encoded })
    if (clientMsgId === undefined) last = { payloadType, payload, text }
    return text
  }
}
