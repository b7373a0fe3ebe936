import { obliging } from './scriptedServer'
import type { Reply, ScriptedLine } from './scriptedServer'
import type { SentFrame } from './wiretap'

const MINUTE = 60_000

/** What a server answers that has little of everything, by what is asked for. */
const answers: Readonly<Record<number, (asked: Readonly<Record<string, unknown>>) => object>> = {
  2104: () => ({ version: '91' }),
  2112: () => ({ asset: [1, 2].map(assetId => ({ assetId, name: `A${assetId}` })) }),
  2114: () => ({
    symbol: [{ symbolId: 1, symbolName: 'AB', baseAssetId: 1, quoteAssetId: 2, enabled: true }],
  }),
  2116: ({ symbolId }) => ({
    symbol: (symbolId as number[]).map(id => ({
      ...{ symbolId: id, digits: 5, pipPosition: 4, lotSize: 10_000_000 },
      ...{ minVolume: 100_000, maxVolume: 1_000_000_000, stepVolume: 100_000 },
    })),
  }),
  2118: () => ({ symbol: [{ symbolId: 1, symbolName: 'AB', baseAssetId: 1, quoteAssetId: 2 }] }),
  2121: ({ ctidTraderAccountId }) => ({
    trader: { ctidTraderAccountId, balance: 1_000, depositAssetId: 1, moneyDigits: 2 },
  }),
  2124: () => ({
    position: [
      {
        positionId: 1,
        tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
        ...{ positionStatus: 1, swap: 0, price: 1.1, usedMargin: 10 },
      },
    ],
  }),
  2127: () => ({}),
  2129: () => ({}),
  2133: () => ({ hasMore: false }),
  2135: () => ({}),
  2137: ({ period, symbolId }) => ({ period, symbolId, hasMore: false, trendbar: [] }),
  2143: () => ({}),
  2145: () => ({ hasMore: false }),
  2149: ({ accessToken }) => ({
    ...{ accessToken, permissionScope: 1 },
    ctidTraderAccount: [11, 22].map(ctidTraderAccountId => ({ ctidTraderAccountId, isLive: false })),
  }),
  2153: () => ({ assetClass: [] }),
  2160: () => ({ symbolCategory: [] }),
  2167: () => ({ marginCall: [] }),
  2175: () => ({ hasMore: false }),
  2183: () => ({ hasMore: false }),
  2187: () => ({ moneyDigits: 2 }),
}

/** The numbers of answers that are not the next one. */
const answerTypes: Readonly<Record<number, number>> = { 2135: 2165 }

/** Answers everything that is asked for, at once and with little, and beats. */
export const liberal: Reply = (frame, line) => {
  const { clientMsgId, payload = {}, payloadType } = frame
  const answer = answers[payloadType]
  if (payloadType === 51) line.say({ payloadType })
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
    line.say({ payloadType: 2142, clientMsgId, payload: { errorCode: 'FRAME_TOO_LONG' } })
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
