import { PayloadType } from 'rx-ctrader'
import type { HolidayOptions } from '../../../../src/simulator/market/catalogue/holidayOptions'
import { holidaysBySymbol } from '../../../../src/simulator/options/checkOptions'
import { createMarket } from '../../../../src/simulator/market/createMarket'
import type { Market } from '../../../../src/simulator/market/model/market'
import { ask, converse } from '../../../support/conversation'

const {
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_SYMBOL_BY_ID_REQ,
} = PayloadType

const HOUR = 3_600_000
const DAY = 86_400_000
const EURUSD = 1

const utc = (text: string): number => Date.parse(`${text}Z`)
const dayOf = (date: string): number => Date.parse(date) / DAY

const marketWith = (...holidays: HolidayOptions[]): Market =>
  createMarket(1, holidaysBySymbol({ [EURUSD]: holidays }))

/** o for each hour in whose middle the market is open. */
const opens = (market: Market, from: string, hours: number): string =>
  Array.from({ length: hours }, (_, i) =>
    market.isOpen(EURUSD, utc(from) + i * HOUR + HOUR / 4) ? 'o' : '-',
  ).join('')

// A Wednesday.
const NEW_YORK = { holidayDate: dayOf('2026-01-07') }
const UTC = { ...NEW_YORK, scheduleTimeZone: 'UTC' }

describe('a holiday', () => {
  it.each<[string, HolidayOptions, string, string]>([
    ['closes its day in the time of New York', NEW_YORK, '2026-01-07T03:00', 'oo' + '-'.repeat(24) + 'oo'],
    ['or in its own zone', UTC, '2026-01-06T20:00', 'oooo' + '-'.repeat(24) + 'oooo'],
    [
      'with an end of 0, too (A3)',
      { ...UTC, startSecond: 0, endSecond: 0 },
      '2026-01-06T22:00',
      'oo' + '-'.repeat(24) + 'oo',
    ],
    ['from a second on', { ...UTC, startSecond: 18 * 3600 }, '2026-01-07T16:00', 'oo------oo'],
    ['until a second', { ...UTC, startSecond: 3600, endSecond: 3 * 3600 }, '2026-01-06T23:00', 'oo--oo'],
    ['not on another day', { ...UTC, holidayDate: dayOf('2025-01-07') }, '2026-01-07T10:00', 'oooo'],
    [
      'every year, if it recurs',
      { ...UTC, holidayDate: dayOf('2020-01-07'), isRecurring: true },
      '2026-01-06T22:00',
      'oo--',
    ],
    [
      'on no day, if its date is none',
      { ...UTC, holidayDate: 1e9, isRecurring: true },
      '2026-01-07T10:00',
      'oooo',
    ],
    [
      'on no day, if it ends before it begins',
      { ...UTC, startSecond: 7200, endSecond: 3600 },
      '2026-01-07T00:00',
      'oooo',
    ],
    ['for two days at most', { ...UTC, endSecond: 2_000_000_000 }, '2026-01-08T22:00', '--oo'],
  ])('closes the market: %s', (_, holiday, from, hours) => {
    expect(opens(marketWith(holiday), from, hours.length)).toBe(hours)
  })

  it('has no ticks and no bars, and the days around it have', () => {
    const market = marketWith(UTC)
    const [from, to] = [utc('2026-01-07T00:00'), utc('2026-01-08T00:00')]
    expect([...market.ticksBetween(EURUSD, from, to - 1)]).toEqual([])
    expect(market.barsBetween(EURUSD, 9, { from, to: to - 1, now: to })).toEqual([])
    const after = market.nextTick(EURUSD, from).at
    expect(after).toBeGreaterThanOrEqual(to)
    expect(after).toBeLessThan(to + 60_000)
    expect(market.quoteAt(EURUSD, from + HOUR)).toEqual(market.quoteAt(EURUSD, to - 1))
    const times = [...market.ticksBetween(EURUSD, from - HOUR, to + HOUR)].map(({ at }) => at)
    expect(times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0))).toBe(true)
    expect(times.every(at => market.isOpen(EURUSD, at))).toBe(true)
  })

  it('of a whole trading day leaves that day out', () => {
    // Monday 17:00 to Tuesday 17:00 in New York.
    const market = marketWith(
      { holidayDate: dayOf('2026-01-05'), startSecond: 17 * 3600 },
      { holidayDate: dayOf('2026-01-06'), endSecond: 17 * 3600 },
    )
    const [from, to] = [utc('2026-01-04T22:00'), utc('2026-01-07T22:00')]
    const days = market.barsBetween(EURUSD, 12, { from, to: to - 1, now: to })
    expect(days.map(({ openedAt }) => openedAt)).toEqual([from, to - DAY])
  })

  it('leaves the other symbols alone, and is told with the terms', () => {
    const market = marketWith(UTC)
    expect(market.isOpen(2, utc('2026-01-07T12:00'))).toBe(true)
    expect(market.symbol(EURUSD)?.terms.holiday).toEqual([
      { holidayId: 1, name: 'Holiday', isRecurring: false, ...UTC },
    ])
    expect(market.symbol(2)?.terms.holiday).toEqual([])
  })
})

describe('an order on a holiday', () => {
  const order = ask(PROTO_OA_NEW_ORDER_REQ, { symbolId: EURUSD, orderType: 1, tradeSide: 1, volume: 100_000 })

  it('is refused, as in a market that is closed (A3)', () => {
    const { replies } = converse([order], { holidays: { [EURUSD]: [{ ...UTC, endSecond: 0 }] } })
    expect(replies[0]).toMatchObject([
      { payloadType: PROTO_OA_ORDER_ERROR_EVENT, payload: { errorCode: 'MARKET_CLOSED' } },
    ])
  })

  it.each([
    ['by its id', { holidays: { [EURUSD]: [{ ...UTC, endSecond: 0 }] } }],
    ['with its terms', { symbols: [{ name: 'EURUSD', holidays: [{ ...UTC, endSecond: 0 }] }] }],
  ])('is refused in a market of a history, too: %s', (_, options) => {
    const ticks = [0, 1].map(minute => ({
      timestamp: utc('2026-01-07T11:59') + minute * 60_000,
      bid: 1.1,
      ask: 1.1,
    }))
    const history = [{ symbol: 'EURUSD', ticks }]
    const { replies } = converse([order], { history, ...options })
    expect(replies[0]).toMatchObject([
      { payloadType: PROTO_OA_ORDER_ERROR_EVENT, payload: { errorCode: 'MARKET_CLOSED' } },
    ])
    expect(converse([order], { history }).replies[0]?.[0]).toMatchObject({
      payloadType: PROTO_OA_EXECUTION_EVENT,
    })
  })

  it('is taken of another symbol', () => {
    const { replies } = converse([order], { holidays: { 2: [UTC] } })
    expect(replies[0]?.[0]).toMatchObject({ payloadType: PROTO_OA_EXECUTION_EVENT })
  })

  it('can be foreseen by the terms', () => {
    const { replies } = converse([ask(PROTO_OA_SYMBOL_BY_ID_REQ, { symbolId: [EURUSD] })], {
      holidays: { [EURUSD]: [UTC] },
    })
    expect(replies[0]?.[0]?.payload).toMatchObject({ symbol: [{ holiday: [{ name: 'Holiday', ...UTC }] }] })
  })
})
