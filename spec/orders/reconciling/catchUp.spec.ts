import { asyncScheduler, of, throwError } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Link, ProtoOADeal, ProtoOAOrder } from 'rx-ctrader'
import { createBaseline } from '../../../src/orders/reconciling/baseline'
import { initialCatchUp, catchUpReports } from '../../../src/orders/reconciling/catchUp'
import type { CatchUp } from '../../../src/orders/reconciling/catchUp'
import { without } from '../tracking/floorEvents'

const { PROTO_OA_DEAL_LIST_REQ, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_RECONCILE_REQ } = PayloadType

interface Asked {
  readonly payloadType: number
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
  readonly maxRows?: number
  readonly orderId?: number
}

/** The n-th order, which changed last at a time; filled by one deal. */
const orderAt = (n: number, at: number) =>
  ({ orderId: n, utcLastUpdateTimestamp: at, tradeData: {} }) as ProtoOAOrder
const dealAt = (n: number, at: number) => ({ dealId: n, orderId: n, executionTimestamp: at }) as ProtoOADeal

/** Of this order the server does not say what became of it. */
const REFUSED = 77

/** A server that gives two of a list at a time, the newest first. */
const serverWith = (orders: readonly ProtoOAOrder[], deals: readonly ProtoOADeal[], isInsisting = false) => {
  const asked: Asked[] = []
  const page = <T>(
    rows: readonly T[],
    timeOf: (row: T) => number,
    { fromTimestamp = 0, toTimestamp = Infinity, maxRows = 2 }: Asked,
  ) => {
    const within = rows
      .filter(row => timeOf(row) >= fromTimestamp && timeOf(row) <= toTimestamp)
      .sort((a, b) => timeOf(b) - timeOf(a))
    return { rows: within.slice(0, maxRows), hasMore: within.length > maxRows }
  }
  const request = (payloadType: number, payload: object): unknown => {
    const window = without(payload as { ctidTraderAccountId?: number }, 'ctidTraderAccountId')
    asked.push({ payloadType, ...window })
    const { orderId = NaN } = window as Partial<Asked>
    if (payloadType === PayloadType.PROTO_OA_ORDER_DETAILS_REQ)
      return orderId === REFUSED
        ? throwError(() => new CTraderError({ reason: 'Refused', payloadType, errorCode: 'UNKNOWN_ERROR' }))
        : of({ order: orderAt(orderId, HOUR), deal: [dealAt(orderId, HOUR)] })
    if (payloadType === PayloadType.PROTO_OA_RECONCILE_REQ) return of({ order: [orderAt(100, 1)] })
    if (payloadType === PayloadType.PROTO_OA_DEAL_LIST_REQ) {
      const { rows, hasMore } = page(deals, ({ executionTimestamp }) => executionTimestamp, {
        payloadType,
        ...window,
      })
      return of({ ...(rows.length > 0 && { deal: rows }), hasMore })
    }
    const { fromTimestamp = -Infinity, toTimestamp = Infinity } = window as Partial<Asked>
    if (isInsisting && toTimestamp - fromTimestamp > 7 * DAY)
      return throwError(
        () => new CTraderError({ reason: 'Refused', payloadType, errorCode: 'INCORRECT_BOUNDARIES' }),
      )
    const { rows, hasMore } = page(orders, ({ utcLastUpdateTimestamp = 0 }) => utcLastUpdateTimestamp, {
      payloadType,
      ...window,
    })
    return of({ ...(rows.length > 0 && { order: rows }), hasMore })
  }
  return { link: { request } as unknown as Link, asked }
}

const answered = (ask: (link: Link) => ReturnType<typeof catchUpReports>, link: Link): CatchUp => {
  let missed: CatchUp | undefined
  ask(link).subscribe(one => {
    missed = one
  })
  if (!missed) throw new Error('there was no answer')
  return missed
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('what was missed', () => {
  const times = [1, 2, 3, 4, 5].map(n => n * HOUR)
  const orders = times.map((at, n) => orderAt(n, at))
  const deals = times.map((at, n) => dealAt(n, at))

  it('is read to its end, however many answers it takes, the earliest first and each with its deals', () => {
    const { link, asked } = serverWith(orders, deals)
    const { reports: heard, until } = answered(on => catchUpReports(on, 1, 2 * HOUR), link)
    // One that is pending is in that list alone.
    expect(heard.map(({ order }) => order?.orderId)).toContain(100)
    const changed = heard.filter(({ order }) => order?.orderId !== 100)
    const ids = changed.map(({ order }) => order?.orderId)
    expect(ids).toEqual([...ids].sort())
    expect([...new Set(ids)]).toEqual([1, 2, 3, 4])
    for (const { order, deals: own = [] } of changed) {
      expect(own.length).toBeGreaterThan(0)
      for (const { orderId } of own) expect(orderId).toBe(order?.orderId)
    }
    expect(until).toBe(5 * HOUR)
    // Some seconds earlier than what is known, and never with the client's clock.
    const windows = asked.filter(({ payloadType }) => payloadType === PayloadType.PROTO_OA_ORDER_LIST_REQ)
    expect(windows[0]).toEqual({ payloadType: PROTO_OA_ORDER_LIST_REQ, fromTimestamp: 2 * HOUR - 20_000 })
    // Once also for what is later, as it is not known which end an answer leaves out (A12).
    expect(windows.slice(1).map(({ toTimestamp }) => toTimestamp)).toEqual([undefined, 4 * HOUR, 3 * HOUR])
  })

  it('of one moment is as much as the server tells of it', () => {
    const { link, asked } = serverWith([orderAt(1, HOUR), orderAt(2, HOUR), orderAt(3, HOUR)], [])
    const { reports: heard } = answered(on => catchUpReports(on, 1, HOUR), link)
    expect(heard).toHaveLength(3)
    expect(asked).toHaveLength(5)
  })

  const idsOf = ({ reports: heard }: CatchUp) => heard.map(({ order }) => order?.orderId)

  it('is asked for by ids where it is in neither list: of deals, and of orders that have not ended', () => {
    const ids = (open: number[], isOver: (id: number) => boolean = () => false) => {
      const { link, asked } = serverWith([orderAt(1, HOUR)], [dealAt(1, HOUR), dealAt(2, HOUR)])
      const missed = answered(on => catchUpReports(on, 1, HOUR, { open: () => open, isOver }), link)
      const details = asked.flatMap(({ orderId }) => orderId ?? [])
      return { ids: idsOf(missed), details, missed }
    }
    expect(ids([100, 1])).toMatchObject({ ids: [100, 1, 2], details: [2], missed: { isWhole: true } })
    const { missed, ...others } = ids([8, 9], id => id === 9)
    expect(others).toEqual({ ids: [100, 1, 2, 8], details: [2, 8] })
    expect(missed.reports.at(-1)).toMatchObject({ order: { orderId: 8 }, deals: [{ orderId: 8 }] })
    // Where it does not say, it is asked again the next time.
    expect(ids([REFUSED])).toMatchObject({ ids: [100, 1, 2], missed: { isWhole: false } })
  })

  it('since ever is everything, of an account that has never had an order', () => {
    const { link, asked } = serverWith([], [])
    expect(answered(on => initialCatchUp(on, 1, createBaseline()), link)).toEqual({
      reports: [{ order: orderAt(100, 1), deals: [] }],
      until: 0,
      isWhole: true,
    })
    answered(on => catchUpReports(on, 1, 0), link)
    expect(asked.filter(({ fromTimestamp }) => fromTimestamp !== undefined)).toEqual([])
  })

  it('begins with what has changed since the last deal', () => {
    const { link, asked } = serverWith([...orders, orderAt(9, 5 * HOUR + 7)], deals)
    const { reports: heard, until } = answered(on => initialCatchUp(on, 1, createBaseline()), link)
    expect(heard.map(({ order }) => order?.orderId)).toEqual([100, 9, 4])
    expect(until).toBe(5 * HOUR + 7)
    expect(asked.map(({ payloadType }) => payloadType).sort()).toEqual([
      PROTO_OA_RECONCILE_REQ,
      PROTO_OA_DEAL_LIST_REQ,
      PROTO_OA_ORDER_LIST_REQ,
    ])
    expect(asked.find(({ maxRows }) => maxRows !== undefined)).toEqual({
      payloadType: PROTO_OA_DEAL_LIST_REQ,
      maxRows: 100,
    })
  })

  it('is read week by week where the server requires a time range (G19)', () => {
    jest.spyOn(asyncScheduler, 'now').mockReturnValue(20 * DAY)
    const { link, asked } = serverWith([orderAt(2, 19 * DAY), orderAt(1, 5 * DAY)], [], true)
    const { reports: heard } = answered(on => catchUpReports(on, 1, 5 * DAY), link)
    expect(heard.map(({ order }) => order?.orderId)).toEqual([100, 1, 2])
    const first = answered(on => initialCatchUp(on, 1, createBaseline()), link)
    expect(first.reports.map(({ order }) => order?.orderId)).toEqual([100, 2])
    expect(asked.every(({ toTimestamp = 0 }) => toTimestamp <= 21 * DAY)).toBe(true)
    jest.restoreAllMocks()
  })

  it('is in the order of ids where it is of the same moment', () => {
    const { link } = serverWith([orderAt(2, HOUR), orderAt(1, HOUR)], [])
    expect(
      answered(on => catchUpReports(on, 1, HOUR), link).reports.map(({ order }) => order?.orderId),
    ).toEqual([100, 1, 2])
  })

  it('goes by when an order was placed where the server does not say when it changed', () => {
    const undated = { orderId: 1, tradeData: { openTimestamp: HOUR } } as ProtoOAOrder
    const { link } = serverWith([undated, { orderId: 2, tradeData: {} } as ProtoOAOrder], [])
    expect(answered(on => catchUpReports(on, 1, 0), link).until).toBe(HOUR)
  })
})
