import { Subject } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, ProtoOATradeSide, createClient, ofType } from 'rx-ctrader'
import type {
  Message,
  MessageOf,
  ProtoErrorRes,
  ProtoOAErrorRes,
  ProtoOAExecutionEvent,
  ProtoOANewOrderReq,
  ProtoOAOrderErrorEvent,
  ProtoOASpotEvent,
  ProtoOATrader,
  ProtoOATraderRes,
  ProtoOAVersionRes,
} from 'rx-ctrader'
import { table } from '../src/protocol/table'
import type { Row } from '../src/protocol/table'

// The compiler checks these types. It also runs, without a subscription, so that nothing connects.

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

interface Expectation<Actual> {
  /** Wants an argument where the types are not exactly the same. No caller gives one. */
  readonly toBe: <Expected>(...differs: Same<Actual, Expected> extends true ? [] : [Expected]) => unknown
}

const expectType = <Actual>(value: Actual): Expectation<Actual> => ({ toBe: () => value })

const running = (said: () => unknown) => (): void => {
  expect(said).not.toThrow()
}

const {
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const client = createClient({ environment: 'demo', clientId: 'demo', clientSecret: 'demo' })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })
const ctidTraderAccountId = 12345678
const message$ = new Subject<Message>()

describe('expectType', () => {
  it(
    'tells a type from a wider, a narrower and any',
    running(() => {
      const value = Date.now()
      expectType(value).toBe<number>()
      // @ts-expect-error the expected type is wider
      expectType(value).toBe<number | undefined>()
      // @ts-expect-error the expected type is narrower
      expectType(value).toBe<1>()
      // @ts-expect-error the expected type is anything
      expectType(value).toBe<unknown>()
    }),
  )
})

describe('a message', () => {
  it(
    'is narrowed by ofType, to one type or to several',
    running(() => {
      expectType(message$.pipe(ofType(PROTO_OA_SPOT_EVENT))).toBe<
        Observable<MessageOf<typeof PROTO_OA_SPOT_EVENT>>
      >()
      expectType(message$.pipe(ofType(PROTO_OA_SPOT_EVENT, PROTO_OA_ERROR_RES))).toBe<
        Observable<MessageOf<typeof PROTO_OA_SPOT_EVENT | typeof PROTO_OA_ERROR_RES>>
      >()
      // @ts-expect-error 7 is no payload type
      return message$.pipe(ofType(7))
    }),
  )

  it(
    'is narrowed by what was asked of the client and of the account',
    running(() => {
      expectType(client.on(PROTO_OA_SPOT_EVENT)).toBe<Observable<MessageOf<typeof PROTO_OA_SPOT_EVENT>>>()
      expectType(account.on(PROTO_OA_SPOT_EVENT)).toBe<Observable<MessageOf<typeof PROTO_OA_SPOT_EVENT>>>()
      // @ts-expect-error a version is of no account
      return account.on(PayloadType.PROTO_OA_VERSION_RES)
    }),
  )

  const told = (message: Message): unknown => {
    switch (message.payloadType) {
      case PROTO_OA_SPOT_EVENT:
        expectType(message.payload).toBe<ProtoOASpotEvent>()
        expectType(message.payload.bid).toBe<number | undefined>()
        // @ts-expect-error a spot event has no order
        return message.payload.order
      case PROTO_OA_EXECUTION_EVENT:
        expectType(message.payload).toBe<ProtoOAExecutionEvent>()
        return message.payload.order?.tradeData.tradeSide
      case PayloadType.PROTO_OA_ORDER_ERROR_EVENT:
      case PayloadType.ERROR_RES:
      case PROTO_OA_ERROR_RES:
        expectType(message.payload).toBe<ProtoOAOrderErrorEvent | ProtoErrorRes | ProtoOAErrorRes>()
        return message.payload.errorCode
      default:
        // @ts-expect-error not every message has it
        return message.payload.errorCode
    }
  }

  it(
    'is narrowed by a switch on its payloadType',
    running(() => told({ payloadType: PROTO_OA_SPOT_EVENT, payload: { ctidTraderAccountId, symbolId: 1 } })),
  )

  it(
    'does not compile with the payload of another',
    running((): Message[] => [
      { payloadType: PayloadType.PROTO_OA_VERSION_RES, payload: { version: '91' } },
      // @ts-expect-error the version is missing
      { payloadType: PayloadType.PROTO_OA_VERSION_RES, payload: {} },
    ]),
  )
})

describe('client.request', () => {
  it(
    'gives the payload of the one answer',
    running(() => {
      const trader$ = client.request(PROTO_OA_TRADER_REQ, { ctidTraderAccountId })
      expectType(trader$).toBe<Observable<ProtoOATraderRes>>()
      expectType(client.request(PROTO_OA_VERSION_REQ, {})).toBe<Observable<ProtoOAVersionRes>>()
      expectType({} as ProtoOATraderRes).toBe<{
        readonly ctidTraderAccountId: number
        readonly trader: ProtoOATrader
      }>()
    }),
  )

  it(
    'gives an execution event for an order command, never a refusal',
    running(() =>
      expectType(
        client.request(PROTO_OA_NEW_ORDER_REQ, {
          ctidTraderAccountId,
          symbolId: 1,
          orderType: 1,
          tradeSide: 1,
          volume: 100_000,
        }),
      ).toBe<Observable<ProtoOAExecutionEvent>>(),
    ),
  )

  it(
    'wants the fields of the request, all that are required and no others',
    running(() => [
      // @ts-expect-error the account is missing
      client.request(PROTO_OA_TRADER_REQ, {}),
      // @ts-expect-error a trader request has no symbol
      client.request(PROTO_OA_TRADER_REQ, { ctidTraderAccountId, symbolId: 1 }),
      // @ts-expect-error a number is wanted
      client.request(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: '12345678' }),
      // @ts-expect-error absent is not undefined
      client.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, maxRows: undefined }),
      // @ts-expect-error an array is wanted
      client.request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId: 1 }),
      // @ts-expect-error a payload is wanted, also an empty one
      client.request(PROTO_OA_VERSION_REQ),
    ]),
  )

  it(
    'takes requests only',
    running(() => [
      // @ts-expect-error this is a response
      client.request(PROTO_OA_TRADER_RES, { ctidTraderAccountId }),
      // @ts-expect-error this is an event
      client.request(PROTO_OA_SPOT_EVENT, { ctidTraderAccountId, symbolId: 1 }),
      // @ts-expect-error sent by either side, answered by nothing
      client.request(PayloadType.HEARTBEAT_EVENT, {}),
      // @ts-expect-error there is no such payload type
      client.request(1, {}),
    ]),
  )
})

describe('account.request', () => {
  it(
    'does not want the account, and gives the same answer',
    running(() => {
      expectType(account.request(PROTO_OA_TRADER_REQ, {})).toBe<Observable<ProtoOATraderRes>>()
      // @ts-expect-error the account is its own
      return account.request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId: [1] })
    }),
  )

  it(
    'wants the other fields of the request, and no others',
    running(() => [
      account.request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }),
      account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, { positionId: 9, volume: 100_000 }),
      // @ts-expect-error the volume is missing
      account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, { positionId: 9 }),
      // @ts-expect-error a misspelt stopLoss is no protection
      account.request(PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ, { positionId: 9, stoploss: 1.1 }),
    ]),
  )

  it(
    'takes requests of an account only',
    running(() =>
      // @ts-expect-error a version is of no account
      account.request(PROTO_OA_VERSION_REQ, {}),
    ),
  )
})

describe('a request without fields of its own', () => {
  it(
    'takes none',
    running(() => [
      // @ts-expect-error a version request has no fields
      client.request(PROTO_OA_VERSION_REQ, { ctidTraderAccountId }),
      // @ts-expect-error a trader request has no symbol
      account.request(PROTO_OA_TRADER_REQ, { symbolId: 1 }),
    ]),
  )
})

describe('an enum', () => {
  it(
    'is its members by name or number, and no other number',
    running((): ProtoOATradeSide[] => [
      ProtoOATradeSide.BUY,
      2,
      // @ts-expect-error there is no such side
      7,
      // @ts-expect-error it may be any number
      Number('1'),
      // @ts-expect-error on the wire it is a number
      'BUY',
    ]),
  )

  it(
    'is checked in a request',
    running(() => {
      const order = { ctidTraderAccountId, symbolId: 1, orderType: 1, volume: 100_000 } as const
      return [
        { ...order, tradeSide: ProtoOATradeSide.SELL } satisfies ProtoOANewOrderReq,
        // @ts-expect-error there is no such side
        { ...order, tradeSide: 3 } satisfies ProtoOANewOrderReq,
      ]
    }),
  )

  // @ts-expect-error without a default nothing comes of a number this release does not know
  const sided = (side: ProtoOATradeSide): string => {
    switch (side) {
      case ProtoOATradeSide.BUY:
        return 'bought'
      case ProtoOATradeSide.SELL:
        return 'sold'
    }
  }

  const sidedOrNot = (side: ProtoOATradeSide): string => {
    switch (side) {
      case ProtoOATradeSide.BUY:
        return 'bought'
      case ProtoOATradeSide.SELL:
        return 'sold'
      default:
        return `traded on side ${side}`
    }
  }

  it('needs a default where it was received, for the numbers to come', () => {
    const unheardOf = JSON.parse('3') as ProtoOATradeSide
    expect([sided(1), sided(unheardOf), sidedOrNot(1), sidedOrNot(unheardOf)]).toEqual([
      'bought',
      undefined,
      'bought',
      'traded on side 3',
    ])
  })
})

describe('the table', () => {
  it(
    'does not compile without a row for every payload type',
    running(() => {
      const { [PROTO_OA_SPOT_EVENT]: spots, ...others } = table
      return [
        { ...others, [PROTO_OA_SPOT_EVENT]: spots } satisfies Readonly<Record<PayloadType, Row>>,
        // @ts-expect-error spots are missing
        others satisfies Readonly<Record<PayloadType, Row>>,
        // @ts-expect-error a row has a codec
        { ...others, [PROTO_OA_SPOT_EVENT]: {} } satisfies Readonly<Record<PayloadType, Row>>,
      ]
    }),
  )
})
