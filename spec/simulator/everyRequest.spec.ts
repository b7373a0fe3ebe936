import { createSimulator } from 'rx-ctrader/simulator'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { PayloadType } from '../../src/protocol/payloadType'
import { table } from '../../src/protocol/table'
import type { Payload, RequestType, Row } from '../../src/protocol/table'
import type { Fields } from '../../src/protocol/codec/struct'
import { ACCOUNT } from '../support/account'
import { isStruct, presenceOf, typeOf } from '../support/arbitraries'
import { accountAuth, appAuth, expectOfficial, refusal } from '../support/conversation'
import { rawClient } from '../support/rawClient'
import type { RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'

const {
  ERROR_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ,
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const NOON = Date.UTC(2026, 0, 7, 12)
const HOUR = 3_600_000
const SECOND = 1_000

/** What there is on the account: a position with its protections, its first deal, and an order that waits. */
interface Held {
  readonly positionId: number
  readonly volume: number
  readonly price: number
  readonly dealId: number
  readonly orderId: number
}

interface Valid<T extends RequestType> {
  readonly payload: (held: Held) => Payload<T>
  /** What has to be asked before it. */
  readonly after?: readonly RawFrame[]
}

const asked = (payloadType: number, payload: object): RawFrame => ({
  payloadType,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})
const spots = asked(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [4] })
const bars = asked(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 4, period: 1 })
const depth = asked(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [4] })

const ofAccount = { ctidTraderAccountId: ACCOUNT }
const always = <P extends object>(payload: P): { readonly payload: () => P } => ({ payload: () => payload })

const valid: { readonly [T in RequestType]: Valid<T> } = {
  [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ]: always(appAuth.payload),
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ]: always(accountAuth.payload),
  [PayloadType.PROTO_OA_VERSION_REQ]: always({}),
  [PayloadType.PROTO_OA_NEW_ORDER_REQ]: always({
    ...ofAccount,
    symbolId: 4,
    orderType: 1,
    tradeSide: 2,
    volume: 100_000,
  }),
  [PayloadType.PROTO_OA_CANCEL_ORDER_REQ]: { payload: ({ orderId }) => ({ ...ofAccount, orderId }) },
  [PayloadType.PROTO_OA_AMEND_ORDER_REQ]: {
    payload: ({ orderId }) => ({ ...ofAccount, orderId, volume: 300_000 }),
  },
  [PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ]: {
    payload: ({ positionId, price }) => ({
      ...ofAccount,
      positionId,
      stopLoss: Math.round((price - 0.005) * 100_000) / 100_000,
    }),
  },
  [PayloadType.PROTO_OA_CLOSE_POSITION_REQ]: {
    payload: ({ positionId, volume }) => ({ ...ofAccount, positionId, volume }),
  },
  [PayloadType.PROTO_OA_ASSET_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_SYMBOLS_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ]: always({ ...ofAccount, symbolId: [1, 41] }),
  [PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ]: always({
    ...ofAccount,
    firstAssetId: 1,
    lastAssetId: 2,
  }),
  [PayloadType.PROTO_OA_TRADER_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_RECONCILE_REQ]: always({ ...ofAccount, returnProtectionOrders: true }),
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ]: always({ ...ofAccount, symbolId: [4] }),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ]: {
    ...always({ ...ofAccount, symbolId: [4] }),
    after: [spots],
  },
  [PayloadType.PROTO_OA_DEAL_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: {
    ...always({ ...ofAccount, period: 1, symbolId: 4 }),
    after: [spots],
  },
  [PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ]: {
    ...always({ ...ofAccount, period: 1, symbolId: 4 }),
    after: [spots, bars],
  },
  [PayloadType.PROTO_OA_GET_TRENDBARS_REQ]: always({ ...ofAccount, period: 9, symbolId: 4, count: 10 }),
  [PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ]: always({ ...ofAccount, symbolId: 4, volume: [100_000] }),
  [PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ]: always({
    ...ofAccount,
    fromTimestamp: NOON - HOUR,
    toTimestamp: NOON + HOUR,
  }),
  [PayloadType.PROTO_OA_GET_TICKDATA_REQ]: always({
    ...ofAccount,
    symbolId: 4,
    type: 1,
    fromTimestamp: NOON - HOUR,
    toTimestamp: NOON,
  }),
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: always({ accessToken: 'demo' }),
  [PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ]: always({ accessToken: 'demo' }),
  [PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ]: always({ ...ofAccount, symbolId: [4] }),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ]: {
    ...always({ ...ofAccount, symbolId: [4] }),
    after: [depth],
  },
  [PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ]: always({
    ...ofAccount,
    marginCall: { marginCallType: 61, marginLevelThreshold: 90 },
  }),
  [PayloadType.PROTO_OA_REFRESH_TOKEN_REQ]: always({ refreshToken: 'demo-refresh' }),
  [PayloadType.PROTO_OA_ORDER_LIST_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ]: always({ ...ofAccount, leverageId: 1 }),
  [PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ]: {
    payload: ({ positionId }) => ({ ...ofAccount, positionId }),
  },
  [PayloadType.PROTO_OA_ORDER_DETAILS_REQ]: { payload: ({ orderId }) => ({ ...ofAccount, orderId }) },
  [PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ]: {
    payload: ({ positionId }) => ({ ...ofAccount, positionId }),
  },
  [PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ]: { payload: ({ dealId }) => ({ ...ofAccount, dealId }) },
  [PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ]: always(ofAccount),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ]: {
    ...always(ofAccount),
    after: [asked(PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ, {})],
  },
}

const withdrawn: ReadonlySet<number> = new Set([
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ,
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ,
])
const withoutApp: ReadonlySet<number> = new Set([
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
])

interface Request {
  readonly payloadType: RequestType
  readonly name: string
  readonly answeredBy: readonly number[]
  readonly fields: Fields
  readonly toString: () => string
}

const requests: readonly Request[] = Object.entries(table as Readonly<Record<number, Row>>).flatMap(
  ([payloadType, { codec, answeredBy }]) =>
    answeredBy
      ? [
          {
            payloadType: Number(payloadType) as RequestType,
            name: codec.name,
            answeredBy,
            fields: codec.fields,
            toString: () => codec.name,
          },
        ]
      : [],
)

const isOfAccount = ({ payloadType, fields }: Request): boolean =>
  payloadType !== PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ && 'ctidTraderAccountId' in fields

/** The ways to the fields that have to be there, those inside of them included. */
const required = (fields: Fields): readonly (readonly [string, ...string[]])[] =>
  Object.entries(fields).flatMap(([key, field]) => {
    if (presenceOf(field) !== 'required') return []
    const type = typeOf(field)
    const inner = isStruct(type) ? required(type.fields) : []
    return [[key] as const, ...inner.map(path => [key, ...path] as const)]
  })

const without = (payload: object, [key, ...rest]: readonly [string, ...string[]]): object => {
  const { [key]: value, ...others } = payload as Readonly<Record<string, unknown>>
  const [next, ...more] = rest
  return next === undefined ? others : { ...others, [key]: without(Object(value) as object, [next, ...more]) }
}

interface Scene extends SimulatorOptions {
  /** Who is authenticated when it is asked. Default the account, or as much as the request does itself. */
  readonly as?: 'nobody' | 'application' | 'account'
  readonly change?: (payload: object) => object
}

const openings = { nobody: [], application: [appAuth], account: [appAuth, accountAuth] }

/** The frames to the client that asks, within a second. The server is fresh, and there is trading on it. */
const ask = (
  { payloadType }: Request,
  { as = 'account', change = payload => payload, ...options }: Scene = {},
): readonly RawFrame[] => {
  const heard: string[] = []
  const said: string[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator({ start: NOON, unknowns: { pnlSubscriptions: true }, ...options })
    const [trader, client] = [rawClient(broker.connect), rawClient(broker.connect)]
    trader.send(
      ...openings.account,
      asked(PROTO_OA_NEW_ORDER_REQ, {
        symbolId: 1,
        orderType: 1,
        tradeSide: 1,
        volume: 100_000,
        relativeStopLoss: 900,
      }),
      asked(PROTO_OA_NEW_ORDER_REQ, {
        symbolId: 1,
        orderType: 2,
        tradeSide: 1,
        volume: 200_000,
        limitPrice: 0.5,
      }),
    )
    client.send(...openings[as])
    const { payload, after = [] } = valid[payloadType] as Valid<RequestType>
    at(SECOND, () => {
      client.send(...after)
    })
    at(2 * SECOND, () => {
      const { orders, positions, deals } = broker.exchange.ledger(ACCOUNT)
      const [position, [deal]] = [positions.find(one => one.positionStatus === 1), deals]
      const order = orders.find(one => one.orderType === 2)
      if (!position || !deal || !order) throw new Error('there is nothing on the account')
      const held: Held = {
        positionId: position.positionId,
        volume: position.tradeData.volume,
        price: position.price ?? NaN,
        dealId: deal.dealId,
        orderId: order.orderId,
      }
      const before = client.received.length
      client.send({ payloadType, clientMsgId: 'ask', payload: change(payload(held)) })
      at(SECOND, () => {
        heard.push(...client.received)
        said.push(...client.received.slice(before))
        trader.leave()
        client.leave()
      })
    })
  })
  expectOfficial(heard)
  return said.map(text => JSON.parse(text) as RawFrame)
}

const answerTo = (request: Request, scene?: Scene): RawFrame | undefined =>
  ask(request, scene).find(({ clientMsgId }) => clientMsgId === 'ask')

const needs = ({ payloadType }: Request): Scene['as'] =>
  payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ
    ? 'nobody'
    : payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ
      ? 'application'
      : 'account'

const asNeeded = (request: Request): Scene => ({ as: needs(request) ?? 'account' })

describe('every request of the protocol', () => {
  it('is one of forty, or of two that were withdrawn', () => {
    expect(requests).toHaveLength(42)
    expect(requests.filter(({ payloadType }) => withdrawn.has(payloadType))).toHaveLength(2)
  })

  it.each(requests)('is answered in kind: %s', request => {
    const refusals: readonly number[] = [ERROR_RES, PROTO_OA_ORDER_ERROR_EVENT, PROTO_OA_ERROR_RES]
    const frames = ask(request, asNeeded(request))
    const answers = frames.filter(({ clientMsgId }) => clientMsgId === 'ask')
    expect(request.answeredBy).toContain(answers[0]?.payloadType)
    expect(frames.filter(({ payloadType }) => refusals.includes(payloadType))).toEqual([])
    // An execution event of type 7 or 8 is a refusal too.
    for (const { payload } of answers) expect([7, 8]).not.toContain(payload?.['executionType'])
  })

  it.each(requests)('is answered with fields in it that are of other requests: %s', request => {
    const others = { ctidTraderAccountId: 4711, accessToken: 'any', clientId: 'any', fieldOfTomorrow: [{}] }
    const change = (payload: object): object => ({ ...others, ...payload })
    expect(request.answeredBy).toContain(answerTo(request, { ...asNeeded(request), change })?.payloadType)
  })

  it.each(requests.filter(({ payloadType }) => !withoutApp.has(payloadType)))(
    'is refused while no application is authenticated: %s',
    request => {
      expect(answerTo(request, { as: 'nobody' })).toEqual(refusal('CH_CLIENT_NOT_AUTHENTICATED'))
    },
  )

  it.each(requests.filter(({ payloadType }) => withoutApp.has(payloadType)))(
    'is answered without an application if it is of those that may be: %s',
    request => {
      expect(request.answeredBy).toContain(answerTo(request, { as: 'nobody' })?.payloadType)
    },
  )

  it.each(requests.filter(isOfAccount))(
    'is refused while the account it names is not authenticated: %s',
    request => {
      expect(answerTo(request, { as: 'application' })).toEqual(
        refusal('INVALID_REQUEST', 'Trading account is not authorized'),
      )
    },
  )

  it.each(
    requests.flatMap(request =>
      required(request.fields).map(path => [path.join('.'), request, path] as const),
    ),
  )('is refused by the name of the field that is missing: %s of %s', (field, request, path) => {
    const scene = { ...asNeeded(request), change: (payload: object) => without(payload, path) }
    expect(answerTo(request, scene)).toEqual(
      refusal('INVALID_REQUEST', expect.stringContaining(`Field ${field} is missing`)),
    )
  })

  it.each(requests.filter(({ payloadType }) => withdrawn.has(payloadType)))(
    'is unsupported where it was withdrawn, unless asked for: %s',
    request => {
      expect(answerTo(request, { unknowns: {} })).toEqual(
        refusal('UNSUPPORTED_MESSAGE', `Payload type ${request.payloadType} is not supported`),
      )
    },
  )
})
