import { PayloadType } from 'rx-ctrader'

/** The account the frames are of. */
export const accountId = 12345678
const minute = 29_829_287
const now = 1_789_757_224_051

const frame = (payloadType: PayloadType, payload: object, clientMsgId?: string): string =>
  JSON.stringify({ payloadType, clientMsgId, payload: { ctidTraderAccountId: accountId, ...payload } })

const tradeData = {
  symbolId: 1,
  volume: 1_000_000,
  tradeSide: 1,
  openTimestamp: now,
  label: 'grid',
  guaranteedStopLoss: false,
  comment: '',
  measurementUnits: 'EUR',
}

/** The frames that are measured, in the server's form. */
export const frames: Readonly<Record<string, string>> = {
  spot: frame(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 113_950, ask: 113_955, timestamp: now }),
  'spot with a live bar': frame(PayloadType.PROTO_OA_SPOT_EVENT, {
    symbolId: 1,
    bid: 113_950,
    trendbar: [
      { volume: 19, period: 1, low: 113_900, deltaOpen: 10, deltaHigh: 60, utcTimestampInMinutes: minute },
    ],
    timestamp: now,
  }),
  'depth, 10 quotes': frame(PayloadType.PROTO_OA_DEPTH_EVENT, {
    symbolId: 1,
    newQuotes: Array.from({ length: 10 }, (_, n) => ({
      id: 9_000_000 + n,
      size: 10_000_000 + n * 1_000,
      [n % 2 === 0 ? 'bid' : 'ask']: 113_950 + n,
    })),
    deletedQuotes: [8_999_991, 8_999_992],
  }),
  execution: frame(
    PayloadType.PROTO_OA_EXECUTION_EVENT,
    {
      executionType: 3,
      position: {
        positionId: 4001,
        tradeData,
        positionStatus: 1,
        swap: 0,
        price: 1.13955,
        utcLastUpdateTimestamp: now,
        commission: -139,
        marginRate: 1.13955,
        mirroringCommission: 0,
        guaranteedStopLoss: false,
        usedMargin: 11_395,
        moneyDigits: 2,
      },
      order: {
        orderId: 5001,
        tradeData,
        orderType: 1,
        orderStatus: 2,
        executionPrice: 1.13955,
        executedVolume: 1_000_000,
        utcLastUpdateTimestamp: now,
        closingOrder: false,
        clientOrderId: 'a4',
        timeInForce: 3,
        positionId: 4001,
      },
      deal: {
        dealId: 6001,
        orderId: 5001,
        positionId: 4001,
        volume: 1_000_000,
        filledVolume: 1_000_000,
        symbolId: 1,
        createTimestamp: now,
        executionTimestamp: now + 250,
        utcLastUpdateTimestamp: now + 250,
        executionPrice: 1.13955,
        tradeSide: 1,
        dealStatus: 2,
        marginRate: 1.13955,
        commission: -139,
        baseToUsdConversionRate: 1.13955,
        moneyDigits: 2,
      },
      isServerEvent: false,
    },
    'a4',
  ),
  'trendbars, 1000': frame(PayloadType.PROTO_OA_GET_TRENDBARS_RES, {
    period: 1,
    timestamp: now,
    trendbar: Array.from({ length: 1000 }, (_, n) => ({
      volume: 100 + (n % 97),
      low: 113_900 + (n % 31),
      deltaOpen: 10 + (n % 7),
      deltaClose: 20 + (n % 11),
      deltaHigh: 60 + (n % 13),
      utcTimestampInMinutes: minute + n,
    })),
    symbolId: 1,
    hasMore: true,
  }),
}
