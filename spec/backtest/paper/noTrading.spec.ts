import fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Account, Socket } from 'rx-ctrader'
import { closeAll, pips, placeOrder, price, units } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import { EMPTY, catchError, mergeMap, from } from 'rxjs'
import type { Observable } from 'rxjs'
import { createUpstream } from '../../../src/backtest/paper/market/upstream'
import type { ReadingType } from '../../../src/backtest/paper/market/upstream'
import { isCommand, table } from '../../../src/protocol/table'
import type { MessageType } from '../../../src/protocol/table'
import { valid } from '../../support/arbitraries'
import { ACCOUNT, paperScene } from './scene'

const numRuns = Number(process.env['PAPER_RUNS'] ?? 6)

jest.setTimeout(20_000 + 5_000 * numRuns)

/** All that may ever reach the real server. */
const harmless: readonly number[] = [
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PayloadType.PROTO_OA_TRADER_REQ,
  PayloadType.PROTO_OA_ASSET_LIST_REQ,
  PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ,
  PayloadType.PROTO_OA_SYMBOLS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ,
  PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ,
  PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
  PayloadType.PROTO_OA_GET_TICKDATA_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
]

const isTrade = (payloadType: number): boolean => !harmless.includes(payloadType)

const types = Object.keys(table).map(Number) as MessageType[]

/** A frame of any type of the protocol, well-formed, for the account or not. */
const frameArb = fc.constantFrom(...types).chain(payloadType =>
  fc
    .tuple(valid(table[payloadType].codec), fc.boolean(), fc.constantFrom(1, 4, 41, 9_999))
    .map(([payload, isOwn, symbolId]) => ({
      payloadType,
      clientMsgId: 'raw',
      payload: {
        ...payload,
        ...(isOwn && { ctidTraderAccountId: ACCOUNT }),
        ...('symbolId' in payload && typeof payload.symbolId === 'number' && { symbolId }),
      },
    })),
)

/** The requests of an order, an amendment and a close that the exchange takes. */
const trading = [
  {
    payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
    payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
  },
  {
    payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
    payload: {
      ctidTraderAccountId: ACCOUNT,
      symbolId: 4,
      orderType: 2,
      tradeSide: 1,
      volume: 100_000,
      limitPrice: 1,
    },
  },
]

interface Move {
  readonly symbol: string
  readonly kind: 'market' | 'limit' | 'close'
}
const moveArb: fc.Arbitrary<Move> = fc.record({
  symbol: fc.constantFrom('EURUSD', 'USDJPY', 'EURGBP', 'XAUUSD', 'US500', 'AAPL.US'),
  kind: fc.constantFrom('market', 'limit', 'close'),
})

const moveOf = (account: Account, { symbol, kind }: Move): Observable<unknown> => {
  if (kind === 'close') return closeAll(account)
  return kind === 'market'
    ? placeOrder(account, { type: 'market', symbol, side: 'buy', volume: units(1_000), stopLoss: pips(20) })
    : placeOrder(account, { type: 'limit', symbol, side: 'buy', volume: units(1_000), price: price(0.5) })
}

describe('what paper trading sends to the real account', () => {
  it('is nothing that trades, for any strategy', () => {
    fc.assert(
      fc.property(fc.array(moveArb, { minLength: 1, maxLength: 10 }), moves => {
        paperScene(({ strategist, wire, broker, watch, at }) => {
          const before = broker.exchange.ledger(ACCOUNT)
          const { account } = strategist()
          watch(
            from(moves).pipe(mergeMap(move => moveOf(account, move).pipe(catchError(() => EMPTY)), 2)),
            60_000,
          )
          at(60_000, () => {
            expect(wire.sentTypes().length).toBeGreaterThan(3)
            expect(wire.sentTypes().filter(isTrade)).toEqual([])
            expect(broker.exchange.ledger(ACCOUNT)).toEqual(before)
          })
        })
      }),
      { numRuns },
    )
  })

  it('is nothing that trades, for any frames, also those made by hand', () => {
    fc.assert(
      fc.property(fc.array(frameArb, { minLength: 100, maxLength: 200 }), frames => {
        paperScene(
          ({ real, wire, broker, watch, at }) => {
            const before = broker.exchange.ledger(ACCOUNT)
            const answers: string[] = []
            let line: Socket | undefined
            const socket = watch(
              paper(real)().pipe(
                mergeMap(open => {
                  line = open
                  return open.frame$
                }),
              ),
              120_000,
            )
            const send = (frame: object): void => line?.send(JSON.stringify(frame))
            const login = (): void => {
              send({
                payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
                payload: { clientId: 'a', clientSecret: 'b' },
              })
              send({
                payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
                payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'c' },
              })
            }
            at(1_000, () => {
              login()
              for (const frame of trading) send(frame)
            })
            frames.forEach((frame, i) => {
              at(5_000 + i * 300, () => {
                if (i % 20 === 0) login()
                send(frame)
              })
            })
            // As a client that has nothing to say.
            for (const ms of [40_000, 80_000])
              at(ms, () => {
                send({ payloadType: PayloadType.HEARTBEAT_EVENT })
              })
            at(110_000, () => {
              answers.push(...socket.values)
              // The line served to the end, and an order was executed: not there, but on paper.
              expect(socket.error).toBeUndefined()
              expect(answers.some(text => text.includes('"executionType":3'))).toBe(true)
              expect(wire.sentTypes().filter(isTrade)).toEqual([])
              expect(broker.exchange.ledger(ACCOUNT)).toEqual(before)
            })
          },
          { limits: false },
        )
      }),
      { numRuns },
    )
  })

  it('has a closed list: no other type can be asked of the real account', () => {
    paperScene(({ real }) => {
      const upstream = createUpstream(real)
      for (const type of types.filter(isTrade))
        expect(() => upstream.request(type as ReadingType, {})).toThrow(
          `${type} does not go to the real account`,
        )
      expect(types.filter(isCommand).every(isTrade)).toBe(true)
      expect(Object.keys(upstream)).toEqual([
        'request',
        'spots',
        'spotEvents',
        'bars',
        'depth',
        'symbol',
        'assets',
        'chain',
        'symbolChanges$',
      ])
    })
  })
})
