import { NEVER, concat, forkJoin, from, lastValueFrom, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Account, OrderIntent, Link, ProtoOAOrder } from 'rx-ctrader'
import { findByClientOrderId } from '../../../src/orders/reconciling/findByClientOrderId'
import { without } from '../tracking/floorEvents'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_RECONCILE_REQ } = PayloadType

const ACCOUNT = 1
const DAY = 86_400_000
/** The server's time; ours may be any. */
const YEAR_2060 = Date.UTC(2060, 0, 1)

const LIMIT = 2
const PENDING = 1
const CANCELLED = 5

/** The n-th order, which changed last so many ms after the first. */
const orderAt = (n: number, after: number, changes: object = {}) =>
  ({
    orderId: n,
    clientOrderId: `name-${n}`,
    orderType: LIMIT,
    orderStatus: CANCELLED,
    tradeData: { symbolId: 1, volume: 100, tradeSide: 1 },
    utcLastUpdateTimestamp: YEAR_2060 + after,
    ...changes,
  }) as ProtoOAOrder

interface Asked {
  readonly payloadType: number
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
}

const refused = new CTraderError({
  reason: 'Refused',
  payloadType: PROTO_OA_ORDER_LIST_REQ,
  errorCode: 'INCORRECT_BOUNDARIES',
})

/** A server that gives two orders at a time, the newest first. */
const serverWith = (
  orders: readonly ProtoOAOrder[],
  { isBounded = false, isDeaf = false, isHistory = false, refuses = 0 } = {},
) => {
  const asked: Asked[] = []
  const request = (payloadType: number, payload: { ctidTraderAccountId?: number }): Observable<unknown> => {
    const window: Asked = { payloadType, ...without(payload, 'ctidTraderAccountId') }
    asked.push(window)
    if (payloadType === refuses)
      return throwError(
        () => new CTraderError({ reason: 'Refused', payloadType, errorCode: 'UNKNOWN_ERROR' }),
      )
    if (payloadType === PROTO_OA_RECONCILE_REQ)
      return from([{ order: orders.filter(({ orderStatus }) => orderStatus === PENDING) }])
    // One that takes no notice of the window.
    const { fromTimestamp, toTimestamp = Infinity } = isDeaf ? { fromTimestamp: 0 } : window
    if (isBounded && fromTimestamp === undefined) return throwError(() => refused)
    const within = orders
      .filter(({ orderStatus }) => !isHistory || orderStatus !== PENDING)
      .filter(({ utcLastUpdateTimestamp: at = 0 }) => at >= (fromTimestamp ?? 0) && at <= toTimestamp)
      .sort((a, b) => (b.utcLastUpdateTimestamp ?? 0) - (a.utcLastUpdateTimestamp ?? 0))
    return from(Promise.resolve({ order: within.slice(0, 2), hasMore: within.length > 2 }))
  }
  const link = { request } as unknown as Link
  const account = {
    accountId: ACCOUNT,
    accountAuth$: concat(from([link]), NEVER),
    authenticated$: NEVER,
  } as unknown as Account
  const named = (name: string, { at = 0, ...asks }: { at?: number } & Record<string, unknown> = {}) =>
    findByClientOrderId(
      {
        account,
        link,
        intent: {
          id: 'a-1',
          at,
          payloadType: PROTO_OA_NEW_ORDER_REQ,
          payload: { symbolId: 1, orderType: LIMIT, tradeSide: 1, volume: 100, ...asks },
        } as unknown as OrderIntent,
      },
      name,
    )
  return { asked, named }
}

const found = async (order$: Observable<ProtoOAOrder | undefined>): Promise<number | undefined> =>
  (await lastValueFrom(order$))?.orderId

describe('an order of a name', () => {
  afterEach(() => jest.useRealTimers())

  const hourly = [1, 2, 3, 4, 5].map(n => orderAt(n, n * 3_600_000))

  it('is found among those that were changed last, with one question', async () => {
    const { asked, named } = serverWith(hourly)
    expect(await found(named('name-4'))).toBe(4)
    expect(asked).toEqual([{ payloadType: PROTO_OA_ORDER_LIST_REQ }])
  })

  it('is not there where the server says that these are all, in both lists (G4)', async () => {
    const { asked, named } = serverWith(hourly.slice(0, 2))
    expect(await found(named('mine'))).toBeUndefined()
    expect(asked.map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_ORDER_LIST_REQ,
      PROTO_OA_RECONCILE_REQ,
    ])
  })

  it('is found among the pending ones, however many were changed since', async () => {
    const { asked, named } = serverWith([orderAt(9, 0, { orderStatus: PENDING }), ...hourly])
    expect(await found(named('name-9'))).toBe(9)
    expect(asked.map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_ORDER_LIST_REQ,
      PROTO_OA_RECONCILE_REQ,
    ])
  })

  it('is found among the pending ones where the other list has only those that have ended (G4)', async () => {
    const pending = orderAt(9, 0, { orderStatus: PENDING })
    const { named } = serverWith([pending, ...hourly.slice(0, 2)], { isHistory: true })
    expect(await found(named('name-9'))).toBe(9)
  })

  it('is found in one list where the other is refused', async () => {
    const { named } = serverWith([orderAt(9, 0, { orderStatus: PENDING }), ...hourly.slice(0, 1)], {
      refuses: PROTO_OA_ORDER_LIST_REQ,
    })
    expect(await found(named('name-9'))).toBe(9)
    await expect(found(named('name-1'))).rejects.toMatchObject({ errorCode: 'UNKNOWN_ERROR' })
    const other = serverWith(hourly.slice(0, 1), { refuses: PROTO_OA_RECONCILE_REQ })
    expect(await found(other.named('name-1'))).toBe(1)
    await expect(found(other.named('mine'))).rejects.toMatchObject({ errorCode: 'UNKNOWN_ERROR' })
  })

  it('is not looked for before the day on which it was sent (G11)', async () => {
    const { asked, named } = serverWith(hourly)
    expect(await found(named('mine', { at: YEAR_2060 + 2 * DAY }))).toBeUndefined()
    expect(asked).toHaveLength(3)
  })

  it('is found among all there ever were by the times of the server, with any clock of ours', async () => {
    const { asked, named } = serverWith(hourly)
    expect(await found(named('name-2', { at: 0 }))).toBe(2)
    const times = hourly.map(({ utcLastUpdateTimestamp }) => utcLastUpdateTimestamp)
    expect(asked.slice(2)).toEqual([
      { payloadType: PROTO_OA_ORDER_LIST_REQ },
      // Which end the server has cut off.
      { payloadType: PROTO_OA_ORDER_LIST_REQ, fromTimestamp: times[4] },
      { payloadType: PROTO_OA_ORDER_LIST_REQ, toTimestamp: times[3] },
      { payloadType: PROTO_OA_ORDER_LIST_REQ, toTimestamp: times[2] },
    ])
  })

  it('is not there where none of all is it', async () => {
    const { named } = serverWith(hourly)
    expect(await found(named('mine'))).toBeUndefined()
  })

  it('is asked for once by all who look for one at the same time', async () => {
    const alone = serverWith(hourly)
    await found(alone.named('mine'))
    const { asked, named } = serverWith(hourly)
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
    const ids = await lastValueFrom(forkJoin([named('mine'), named('yours'), named('name-1')]))
    expect(ids.map(order => order?.orderId)).toEqual([undefined, undefined, 1])
    expect(asked.length).toBe(alone.asked.length)
  })

  it('is not seen in a ms that the server tells only a part of, which proves nothing', async () => {
    const { named } = serverWith([1, 2, 3].map(n => orderAt(n, 0)))
    expect(await found(named('mine'))).toBeUndefined()
  })

  it('is not known to be there or not where the pages lead nowhere (G11)', async () => {
    const { asked, named } = serverWith(hourly, { isDeaf: true })
    await expect(found(named('mine'))).rejects.toMatchObject({ reason: 'InvalidAnswer' })
    expect(asked.length).toBeLessThan(10)
  })

  it('does not have the pages read again soon after they have led nowhere (G11)', async () => {
    const { asked, named } = serverWith(hourly, { isDeaf: true })
    await expect(found(named('mine'))).rejects.toMatchObject({ reason: 'InvalidAnswer' })
    asked.splice(0)
    jest.useFakeTimers({ now: Date.now() + 1_000, doNotFake: ['nextTick', 'queueMicrotask', 'performance'] })
    await expect(found(named('mine'))).rejects.toMatchObject({ reason: 'InvalidAnswer' })
    expect(asked.map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_ORDER_LIST_REQ,
      PROTO_OA_RECONCILE_REQ,
    ])
  })

  it('is looked for by our clock where the server requires a time range', async () => {
    const { asked, named } = serverWith([...hourly, orderAt(9, 0, { orderStatus: PENDING })], {
      isBounded: true,
    })
    expect(await found(named('name-9', { at: YEAR_2060 }))).toBe(9)
    expect(asked.map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_ORDER_LIST_REQ,
      PROTO_OA_ORDER_LIST_REQ,
      PROTO_OA_RECONCILE_REQ,
    ])
    const now = YEAR_2060 + 30 * DAY
    jest.useFakeTimers({ now, doNotFake: ['nextTick', 'queueMicrotask'] })
    expect(await found(named('name-2', { at: YEAR_2060 }))).toBe(2)
    // The last week, those that are pending, and all since the day before it was sent.
    expect(asked[3]).toMatchObject({ fromTimestamp: now - 6 * DAY, toTimestamp: now + DAY })
    expect(asked[4]).toMatchObject({ payloadType: PROTO_OA_RECONCILE_REQ })
    expect(asked[5]).toMatchObject({ fromTimestamp: YEAR_2060 - DAY, toTimestamp: now - 27 * DAY - 1 })
  })

  it.each([
    ['symbol', { symbolId: 2 }],
    ['side', { tradeSide: 2 }],
    ['type', { orderType: 3 }],
  ])('is not one of another %s', async (_, asks) => {
    const { named } = serverWith(hourly.slice(0, 2))
    expect(await found(named('name-1', asks))).toBeUndefined()
  })

  it('may have another volume where it could be amended, and is another one where it could not', async () => {
    const market = { orderType: 1 }
    const { named } = serverWith([orderAt(1, 0), orderAt(2, 0, market)])
    expect(await found(named('name-1', { volume: 300 }))).toBe(1)
    expect(await found(named('name-2', { ...market, volume: 100 }))).toBe(2)
    expect(await found(named('name-2', { ...market, volume: 300 }))).toBeUndefined()
  })
})
