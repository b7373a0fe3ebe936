import { PayloadType } from 'rx-ctrader'
import { obliging } from './scriptedServer'
import type { Reply, ScriptedLine } from './scriptedServer'
import type { SentFrame } from './wiretap'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ASSET_CLASS_LIST_REQ,
  PROTO_OA_ASSET_LIST_REQ,
  PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ,
  PROTO_OA_GET_TICKDATA_REQ,
  PROTO_OA_GET_TRENDBARS_REQ,
  PROTO_OA_MARGIN_CALL_LIST_REQ,
  PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_CATEGORY_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const MINUTE = 60_000

/** What a server answers that has little of everything, by what is asked for. */
const answers: Readonly<Record<number, (asked: Readonly<Record<string, unknown>>) => object>> = {
  [PROTO_OA_VERSION_REQ]: () => ({ version: '91' }),
  [PROTO_OA_ASSET_LIST_REQ]: () => ({ asset: [1, 2].map(assetId => ({ assetId, name: `A${assetId}` })) }),
  [PROTO_OA_SYMBOLS_LIST_REQ]: () => ({
    symbol: [{ symbolId: 1, symbolName: 'AB', baseAssetId: 1, quoteAssetId: 2, enabled: true }],
  }),
  [PROTO_OA_SYMBOL_BY_ID_REQ]: ({ symbolId }) => ({
    symbol: (symbolId as number[]).map(id => ({
      ...{ symbolId: id, digits: 5, pipPosition: 4, lotSize: 10_000_000 },
      ...{ minVolume: 100_000, maxVolume: 1_000_000_000, stepVolume: 100_000 },
    })),
  }),
  [PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ]: () => ({
    symbol: [{ symbolId: 1, symbolName: 'AB', baseAssetId: 1, quoteAssetId: 2 }],
  }),
  [PROTO_OA_TRADER_REQ]: ({ ctidTraderAccountId }) => ({
    trader: { ctidTraderAccountId, balance: 1_000, depositAssetId: 1, moneyDigits: 2 },
  }),
  [PROTO_OA_RECONCILE_REQ]: () => ({
    position: [
      {
        positionId: 1,
        tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
        ...{ positionStatus: 1, swap: 0, price: 1.1, usedMargin: 10 },
      },
    ],
  }),
  [PROTO_OA_SUBSCRIBE_SPOTS_REQ]: () => ({}),
  [PROTO_OA_UNSUBSCRIBE_SPOTS_REQ]: () => ({}),
  [PROTO_OA_DEAL_LIST_REQ]: () => ({ hasMore: false }),
  [PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: () => ({}),
  [PROTO_OA_GET_TRENDBARS_REQ]: ({ period, symbolId }) => ({
    period,
    symbolId,
    hasMore: false,
    trendbar: [],
  }),
  [PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ]: () => ({}),
  [PROTO_OA_GET_TICKDATA_REQ]: () => ({ hasMore: false }),
  [PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: ({ accessToken }) => ({
    ...{ accessToken, permissionScope: 1 },
    ctidTraderAccount: [11, 22].map(ctidTraderAccountId => ({ ctidTraderAccountId, isLive: false })),
  }),
  [PROTO_OA_ASSET_CLASS_LIST_REQ]: () => ({ assetClass: [] }),
  [PROTO_OA_SYMBOL_CATEGORY_REQ]: () => ({ symbolCategory: [] }),
  [PROTO_OA_MARGIN_CALL_LIST_REQ]: () => ({ marginCall: [] }),
  [PROTO_OA_ORDER_LIST_REQ]: () => ({ hasMore: false }),
  [PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ]: () => ({ hasMore: false }),
  [PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ]: () => ({ moneyDigits: 2 }),
}

/** The numbers of answers that are not the next one. */
const answerTypes: Readonly<Record<number, number>> = {
  [PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
}

/** Answers everything that is asked for, at once and with little, and beats. */
export const liberal: Reply = (frame, line) => {
  const { clientMsgId, payload = {}, payloadType } = frame
  const answer = answers[payloadType]
  if (payloadType === HEARTBEAT_EVENT) line.say({ payloadType })
  if (!answer) {
    obliging(frame, line)
    return
  }
  const { ctidTraderAccountId } = payload
  line.say({
    payloadType: answerTypes[payloadType] ?? payloadType + 1,
    clientMsgId,
    payload: { ...(ctidTraderAccountId !== undefined && { ctidTraderAccountId }), ...answer(payload) },
  })
}

const LIMIT = 15 * 1024 * 1024
const pad = 'x'.repeat(LIMIT)

/** What becomes of an answer that is too large: it comes, the line ends, or the server says so. */
export type Way = 'comes' | 'ends the line' | 'is refused'

/** An answer that is too large, as the server tries to give it. */
export const tooMuch = (way: Way, { clientMsgId, payloadType }: SentFrame, line: ScriptedLine): void => {
  if (way === 'ends the line') line.lose(new Error('Max payload size exceeded'))
  else if (way === 'is refused')
    line.say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: { errorCode: 'FRAME_TOO_LONG' } })
  else
    line.say(
      `{"payloadType":${payloadType + 1},"clientMsgId":"${clientMsgId ?? ''}","payload":{"x":"${pad}"}}`,
    )
}

/** How long a stretch of time is that is asked for, in ms; without end where one of its ends is left open. */
export const lengthOf = ({ payload = {} }: SentFrame): number => {
  const { fromTimestamp, toTimestamp } = payload
  return typeof fromTimestamp === 'number' && typeof toTimestamp === 'number'
    ? toTimestamp - fromTimestamp
    : Infinity
}

export const HOURS = 60 * MINUTE
