import { PayloadType } from '../../protocol/payloadType'
import type { Message } from '../../protocol/table'
import { encodeFrame } from '../../transport/frame'
import { payloadTypeName } from '../../protocol/payloadTypeName'
import type { DrawnMarket } from './market'
import type { DrawnTick } from './steps'
import { omitUndefined } from '../../util/omitUndefined'

const SPOT = PayloadType.PROTO_OA_SPOT_EVENT

/** The message or text to send. Throws for an invalid one when it is drawn, not when its time comes. */
export const checkFrame = (drawn: Message | string): Message | string => {
  if (typeof drawn === 'string') return drawn
  const { payloadType, payload } = drawn as { readonly payloadType?: unknown; readonly payload?: unknown }
  if (payloadTypeName(payloadType) !== undefined && typeof payload === 'object' && payload !== null)
    return drawn
  throw new Error(
    `invalid frame: ${JSON.stringify(drawn)}: it must be a string, or a message with its payloadType and its payload`,
  )
}

/** The account that a frame is for, if it names one. */
export const readAccountId = (message: Message | string): number | undefined => {
  if (typeof message === 'string') return undefined
  const { ctidTraderAccountId } = message.payload as { readonly ctidTraderAccountId?: unknown }
  return typeof ctidTraderAccountId === 'number' ? ctidTraderAccountId : undefined
}

/** The tick of a spot event, if the market has its symbol. */
export const readTick = (
  message: Message | string,
  market: DrawnMarket,
): Omit<DrawnTick, 'at'> | undefined => {
  if (typeof message === 'string' || message.payloadType !== SPOT) return undefined
  const { symbolId, bid, ask } = message.payload
  if ((bid === undefined && ask === undefined) || !market.symbol(symbolId)) return undefined
  return { symbolId, ...omitUndefined({ bid, ask }), told: false }
}

/** The text of a frame that is sent at a time of the market. */
export const frameText = (message: Message | string, now: number): string => {
  if (typeof message === 'string') return message
  if (message.payloadType !== SPOT || message.payload.timestamp !== undefined) return encodeFrame(message)
  return encodeFrame({ ...message, payload: { ...message.payload, timestamp: now } })
}
