import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'

/** What is asked in a session, other than to authenticate. */
const asked = [
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PayloadType.PROTO_OA_TRADER_REQ,
  PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
  PayloadType.PROTO_OA_NEW_ORDER_REQ,
]

const givenBack: readonly number[] = [
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
]

const authentications = [
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
]

/** What the server sends by itself or in answer. */
const said = [
  PayloadType.HEARTBEAT_EVENT,
  PayloadType.PROTO_OA_APPLICATION_AUTH_RES,
  PayloadType.PROTO_OA_ACCOUNT_AUTH_RES,
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES,
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_RES,
  PayloadType.PROTO_OA_SPOT_EVENT,
  PayloadType.PROTO_OA_DEPTH_EVENT,
  PayloadType.PROTO_OA_ERROR_RES,
  PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PayloadType.PROTO_OA_REFRESH_TOKEN_RES,
]

/** Refusals that are over some time: what may be refused with them is worth asking again. */
const passing = [
  'UNKNOWN_ERROR',
  'TIMEOUT_ERROR',
  'CONNECTIONS_LIMIT_EXCEEDED',
  'REQUEST_FREQUENCY_EXCEEDED',
  'BLOCKED_PAYLOAD_TYPE',
  'SOMETHING_OF_TOMORROW',
]

const orAny = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 3 })

const times = fc.integer({ min: 1, max: 4 })

type Fields<F> = { readonly [K in keyof F]: fc.Arbitrary<F[K]> }

/** The fields that were drawn, without those that were left out. */
const fault = <F extends Record<string, unknown>>(
  kind: Fault['kind'],
  fields: Fields<F>,
): fc.Arbitrary<Fault> =>
  fc.record(fields as Fields<Record<string, unknown>>, { noNullPrototype: true }).map(
    drawn =>
      ({
        kind,
        ...Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)),
      }) as Fault,
  )

/**
 * What can go wrong and be over again, at random. Not what cannot be over: a wrong secret, a revoked grant or a
 * blocked application ends a session by design.
 */
const anyFault = (accountIds: readonly number[]): fc.Arbitrary<Fault> => {
  const accountId = fc.constantFrom(...accountIds)
  const spurious = fc.boolean()
  const frames = fc.record({ payloadType: orAny(said), times })
  const requests = { payloadType: orAny([...asked, ...authentications]), times }
  return fc.oneof(
    { weight: 4, arbitrary: fault('drop', {}) },
    fault('close', { code: fc.constantFrom(1000, 1001, 1011, 1012), reason: fc.constantFrom('Bye', '') }),
    fault('silence', {}),
    { weight: 2, arbitrary: fault('delay', { ms: fc.integer({ min: 0, max: 15_000 }) }) },
    fault('push', { text: fc.constantFrom('', 'null', '[]', '{"payloadType":2131}', '{"payloadType":51') }),
    fault('unknownMessage', {}),
    fault('rateLimit', {
      payloadType: fc.constantFrom(...asked, ...authentications),
      retryAfter: fc.integer({ min: 1, max: 10 }),
    }),
    { weight: 3, arbitrary: fault('accountDisconnect', { accountId, spurious }) },
    { weight: 3, arbitrary: fault('tokenInvalidated', { accountId, spurious }) },
    fault('clientDisconnect', {}),
    { weight: 2, arbitrary: fault('tokenExpiry', { accountId: fc.option(accountId, { nil: undefined }) }) },
    {
      weight: 5,
      arbitrary: fault('refuse', {
        ...requests,
        errorCode: fc.constantFrom(...passing),
        retryAfter: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        carrier: fc.constantFrom(undefined, 50),
      }),
    },
    // What the server says when it has forgotten an account, or the application, without a word. Not to what is
    // given back: there it would be a lie, for what is forgotten is not subscribed any more.
    fault('refuse', {
      payloadType: fc.constantFrom(...asked.filter(payloadType => !givenBack.includes(payloadType))),
      errorCode: fc.constant('INVALID_REQUEST'),
      description: fc.constant('Trading account is not authorized'),
    }),
    fault('refuse', {
      payloadType: fc.constantFrom(...asked),
      errorCode: fc.constant('CH_CLIENT_NOT_AUTHENTICATED'),
    }),
    { weight: 4, arbitrary: fault('swallow', { ...requests, takesEffect: fc.boolean() }) },
    fault('misroute', { accountId: fc.option(accountId, { nil: undefined }) }),
    fault('maintenance', {
      seconds: fc.integer({ min: 1, max: 40 }),
      drops: fc.boolean(),
      carrier: fc.constantFrom(undefined, 50),
    }),
    ...(['malformed', 'garbage', 'duplicate', 'reorder', 'extraField', 'unknownEnumValue'] as const).map(
      kind =>
        frames.chain(fields =>
          fault(kind, { payloadType: fc.constant(fields.payloadType), times: fc.constant(fields.times) }),
        ),
    ),
    fault('gap', { symbolId: fc.constantFrom(1, 2), by: fc.integer({ min: -500, max: 500 }) }),
    fault('recover', {}),
  )
}

/** What goes wrong at one time: mostly one thing; and some that hurt only together. */
export const anyTrouble = (accountIds: readonly number[]): fc.Arbitrary<readonly Fault[]> => {
  const lost = fc
    .constantFrom(...accountIds)
    .map((accountId): Fault => ({ kind: 'accountDisconnect', accountId }))
  return fc.oneof(
    { weight: 12, arbitrary: anyFault(accountIds).map(one => [one]) },
    // The server forgets an account, and what it says of that cannot be read.
    lost.map(loss => [
      { kind: 'malformed', payloadType: PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT } as const,
      loss,
    ]),
    // It forgets an account, and what was subscribed cannot be had again for a while.
    lost.map(loss => [
      loss,
      {
        kind: 'refuse',
        payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
        errorCode: 'UNKNOWN_ERROR',
        times: 3,
      } as const,
    ]),
  )
}
