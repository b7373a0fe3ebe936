import { PayloadType } from 'rx-ctrader'
import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import { accountAuth, ask, converse, expectAuthenticationNeeded, refusal } from '../../support/conversation'
import {
  EURUSD,
  USDJPY,
  UNKNOWN,
  MINUTE,
  WEDNESDAY,
  SATURDAY,
  subscribe,
  unsubscribe,
  subscribeBars,
  unsubscribeBars,
  subscribeDepth,
  unsubscribeDepth,
  nothing,
  done,
  spotsIn,
  answerIn,
  answersTo,
  play,
} from './quotesScene'

const {
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ASSET_LIST_RES,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
  PROTO_OA_SUBSCRIBE_SPOTS_RES,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES,
  PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_RES,
  PROTO_OA_UNSUBSCRIBE_SPOTS_RES,
} = PayloadType

const { M1 } = ProtoOATrendbarPeriod

describe('subscriptions to prices', () => {
  it.each([
    ['a subscription to spots', subscribe([EURUSD])],
    ['the end of it', unsubscribe([EURUSD])],
    ['a subscription to live trendbars', subscribeBars(EURUSD, M1)],
    ['the end of it', unsubscribeBars(EURUSD, M1)],
    ['a subscription to depth', subscribeDepth([EURUSD])],
    ['the end of it', unsubscribeDepth([EURUSD])],
  ])('are refused before application and account are authenticated: %s', (_, request) => {
    expectAuthenticationNeeded(request)
  })

  it('are made, and made again after they were ended', () => {
    expect(
      answersTo(
        subscribe([EURUSD]),
        subscribeBars(EURUSD, M1),
        unsubscribeBars(EURUSD, M1),
        subscribeBars(EURUSD, M1),
        unsubscribe([EURUSD]),
        subscribe([EURUSD]),
        subscribeBars(EURUSD, M1),
        subscribeDepth([EURUSD]),
        unsubscribeDepth([EURUSD]),
        subscribeDepth([EURUSD]),
      ),
    ).toEqual(
      [
        PROTO_OA_SUBSCRIBE_SPOTS_RES,
        PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
        PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_RES,
        PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
        PROTO_OA_UNSUBSCRIBE_SPOTS_RES,
        PROTO_OA_SUBSCRIBE_SPOTS_RES,
        PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
        PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES,
        PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES,
        PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES,
      ].map(done),
    )
  })

  it('are refused when they are there already', () => {
    expect(
      answersTo(
        subscribe([EURUSD]),
        subscribe([EURUSD]),
        subscribeBars(EURUSD, M1),
        subscribeBars(EURUSD, M1),
        subscribeDepth([EURUSD]),
        subscribeDepth([EURUSD]),
      ),
    ).toEqual([
      done(PROTO_OA_SUBSCRIBE_SPOTS_RES),
      refusal('ALREADY_SUBSCRIBED'),
      done(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES),
      refusal('ALREADY_SUBSCRIBED'),
      done(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES),
      refusal('ALREADY_SUBSCRIBED'),
    ])
  })

  it('are refused for unknown symbols and periods', () => {
    const requests = [
      subscribe([UNKNOWN]),
      unsubscribe([UNKNOWN]),
      subscribeBars(UNKNOWN, M1),
      unsubscribeBars(UNKNOWN, M1),
      subscribeDepth([UNKNOWN]),
      unsubscribeDepth([UNKNOWN]),
    ]
    for (const answer of answersTo(...requests)) expect(answer).toEqual(refusal('SYMBOL_NOT_FOUND'))
    expect(answersTo(subscribe([EURUSD]), subscribeBars(EURUSD, 99)).at(-1)).toEqual(
      refusal('INVALID_REQUEST'),
    )
  })

  it('cannot be ended when they are not there', () => {
    expect(answersTo(unsubscribe([EURUSD]))).toEqual([refusal('NOT_SUBSCRIBED_TO_SPOTS')])
    expect(answersTo(unsubscribeDepth([EURUSD]))).toEqual([refusal('INVALID_REQUEST')])
    expect(answersTo(unsubscribeBars(EURUSD, M1))).toEqual([refusal('INVALID_REQUEST')])
    expect(answersTo(subscribe([EURUSD]), unsubscribeBars(EURUSD, M1)).at(-1)).toEqual(
      refusal('INVALID_REQUEST'),
    )
  })

  it('to live trendbars need the spots, and end with them', () => {
    expect(answersTo(subscribeBars(EURUSD, M1))).toEqual([refusal('INVALID_REQUEST')])
    expect(
      answersTo(
        subscribe([EURUSD]),
        subscribeBars(EURUSD, M1),
        unsubscribe([EURUSD]),
        subscribeBars(EURUSD, M1),
        subscribe([EURUSD]),
        unsubscribeBars(EURUSD, M1),
      ).slice(3),
    ).toEqual([refusal('INVALID_REQUEST'), done(PROTO_OA_SUBSCRIBE_SPOTS_RES), refusal('INVALID_REQUEST')])
  })

  it.each([
    ['spots', subscribe, unsubscribe],
    ['depth', subscribeDepth, unsubscribeDepth],
  ] as const)('to the %s of several symbols are made or ended all or none', (_, begin, end) => {
    const types = (...requests: readonly object[]): unknown[] =>
      answersTo(...requests).map(answer => answer?.payload?.['errorCode'] ?? 'done')
    expect(types(begin([EURUSD]), begin([USDJPY, EURUSD]), begin([USDJPY]))).toEqual([
      'done',
      'ALREADY_SUBSCRIBED',
      'done',
    ])
    expect(types(begin([EURUSD, UNKNOWN]), begin([EURUSD]))).toEqual(['SYMBOL_NOT_FOUND', 'done'])
    const [, refused, again] = types(begin([EURUSD]), end([EURUSD, USDJPY]), begin([EURUSD]))
    expect(refused).not.toBe('done')
    expect(again).toBe('ALREADY_SUBSCRIBED')
  })

  it('count a symbol named twice once', () => {
    const { events } = play([subscribe([EURUSD, EURUSD])], { start: SATURDAY })
    expect(events).toHaveLength(1)
  })

  it('end with the account and with the line', () => {
    const { replies } = converse(
      [
        subscribe([EURUSD]),
        subscribeDepth([EURUSD]),
        ask(PROTO_OA_ACCOUNT_LOGOUT_REQ),
        accountAuth,
        nothing,
        subscribe([EURUSD]),
      ],
      { start: WEDNESDAY, every: MINUTE / 2 },
    )
    expect(spotsIn(replies[1]).length).toBeGreaterThan(0)
    expect(replies[4]?.map(({ payloadType }) => payloadType)).toEqual([PROTO_OA_ASSET_LIST_RES])
    expect(answerIn(replies[5])).toEqual(done(PROTO_OA_SUBSCRIBE_SPOTS_RES))
  })
})
