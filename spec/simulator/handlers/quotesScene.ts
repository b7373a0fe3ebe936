import { PayloadType } from 'rx-ctrader'
import type { ProtoOADepthEvent, ProtoOASpotEvent } from '../../../src/protocol/messages/quotes'
import { createMarket } from '../../../src/simulator/market/createMarket'
import { ACCOUNT } from '../../support/account'
import { ask, converse } from '../../support/conversation'
import type { ConversationOptions } from '../../support/conversation'
import type { RawFrame } from '../../support/rawClient'

const {
  PROTO_OA_ASSET_LIST_REQ,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

export const EURUSD = 1

export const USDJPY = 4

export const UNKNOWN = 999_999

export const MINUTE = 60_000

export const HOUR = 60 * MINUTE

export const market = createMarket(1)

export const WEDNESDAY = Date.UTC(2026, 0, 7, 14)

export const SATURDAY = Date.UTC(2026, 0, 10, 12)

export const subscribe = (symbolId: readonly number[], more: object = {}): object =>
  ask(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId, ...more })

export const timed = { subscribeToSpotTimestamp: true }

export const unsubscribe = (symbolId: readonly number[]): object =>
  ask(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { symbolId })

export const subscribeBars = (symbolId: number, period: number): object =>
  ask(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId, period })

export const unsubscribeBars = (symbolId: number, period: number): object =>
  ask(PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId, period })

export const subscribeDepth = (symbolId: readonly number[]): object =>
  ask(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId })

export const unsubscribeDepth = (symbolId: readonly number[]): object =>
  ask(PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId })

export const nothing = ask(PROTO_OA_ASSET_LIST_REQ)

export const done = (payloadType: number): object => ({
  payloadType,
  clientMsgId: 'ask',
  payload: { ctidTraderAccountId: ACCOUNT },
})

export const spotsIn = (frames: readonly RawFrame[] = []): ProtoOASpotEvent[] =>
  frames.flatMap(({ payloadType, payload }) =>
    payloadType === PROTO_OA_SPOT_EVENT ? [payload as unknown as ProtoOASpotEvent] : [],
  )

export const depthsIn = (frames: readonly RawFrame[] = []): ProtoOADepthEvent[] =>
  frames.flatMap(({ payloadType, payload }) =>
    payloadType === PROTO_OA_DEPTH_EVENT ? [payload as unknown as ProtoOADepthEvent] : [],
  )

export const answerIn = (frames: readonly RawFrame[] = []): RawFrame | undefined =>
  frames.find(({ clientMsgId }) => clientMsgId === 'ask')

/** The answers to these requests, on a Wednesday afternoon. */
export const answersTo = (...requests: readonly object[]): (RawFrame | undefined)[] =>
  converse(requests, { start: WEDNESDAY }).replies.map(answerIn)

/** The spot events between the first request and the end of the last, on a Wednesday afternoon. */
export const play = (
  requests: readonly object[],
  options: ConversationOptions = {},
): { readonly events: readonly ProtoOASpotEvent[]; readonly texts: readonly string[] } => {
  const { replies, texts } = converse(requests, { start: WEDNESDAY, ...options })
  return { events: spotsIn(replies.flat()), texts }
}
