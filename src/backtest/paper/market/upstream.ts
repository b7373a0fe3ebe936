import { EMPTY, catchError, filter, map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../../errors'
import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import type { Answer, Payload, RequestPayload } from '../../../protocol/table'
import type { Account } from '../../../session/account'
import { barLink, depthLine, linkSpotEvents, spotLine } from '../../../streams/market/marketSubscriptions'
import { symbol } from '../../../streams/symbols/symbols'
import { assets } from '../../../streams/symbols/assets'
import { conversion } from '../../../streams/valuation/conversion'

/**
 * All requests that may go to the real account: they read its market, and its terms. With the subscriptions to
 * spots, bars and depth they are all that paper trading ever sends. They change nothing.
 */
export const readingTypes = [
  PayloadType.PROTO_OA_ASSET_LIST_REQ,
  PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ,
  PayloadType.PROTO_OA_SYMBOLS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ,
  PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ,
  PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
  PayloadType.PROTO_OA_GET_TICKDATA_REQ,
  PayloadType.PROTO_OA_TRADER_REQ,
] as const

export type ReadingType = (typeof readingTypes)[number]

const isReading: ReadonlySet<number> = new Set(readingTypes)

/** The payload of a request without its account, which the real account fills in. */
export type Asked<T extends ReadingType> = RequestPayload<Omit<Payload<T>, 'ctidTraderAccountId'>>

/** The real account, for reading. It is all that paper trading has of it: there is no way to trade with it. */
export interface Upstream {
  readonly request: <T extends ReadingType>(payloadType: T, payload: Asked<T>) => Observable<Answer<T>>
  /** Spots of a symbol, on each line again. */
  readonly spots: (symbolId: number) => ReturnType<typeof spotLine>
  readonly spotEvents: (
    symbolId: number,
    line: Parameters<typeof linkSpotEvents>[2],
  ) => ReturnType<typeof linkSpotEvents>
  /** Emits when live bars are established. */
  readonly bars: (symbolId: number, period: ProtoOATrendbarPeriod) => Observable<unknown>
  readonly depth: (symbolId: number) => ReturnType<typeof depthLine>
  readonly symbol: (symbolId: number) => ReturnType<typeof symbol>
  readonly assets: () => ReturnType<typeof assets>
  /** The ids of the symbols that convert one asset into another; empty where no symbol does. */
  readonly chain: (from: number, to: number) => Observable<readonly number[]>
  /** The ids of symbols whose terms have changed. */
  readonly symbolChanges$: Observable<readonly number[]>
}

/** The part of an account that reads. */
export const createUpstream = (account: Account): Upstream => ({
  request: (payloadType, payload) => {
    if (!isReading.has(payloadType)) throw new Error(`${payloadType} does not go to the real account`)
    return account.request(payloadType, payload)
  },
  spots: symbolId => spotLine(account, symbolId),
  spotEvents: (symbolId, link) => linkSpotEvents(account, symbolId, link),
  bars: (symbolId, period) => barLink(account, symbolId, period).pipe(filter(link => link !== undefined)),
  depth: symbolId => depthLine(account, symbolId),
  symbol: symbolId => symbol(account, symbolId),
  assets: () => assets(account),
  chain: (from, to) =>
    conversion(account, from, to).pipe(
      take(1),
      map(steps => steps.map(({ symbolId }) => symbolId)),
      catchError((error: unknown) => {
        if (hasReason(error, 'NoConversion')) return EMPTY
        throw error
      }),
    ),
  symbolChanges$: account
    .on(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT)
    .pipe(map(({ payload: { symbolId = [] } }) => symbolId)),
})
