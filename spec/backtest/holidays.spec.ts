import { EMPTY, catchError, concatMap, filter, ignoreElements, map, merge, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError, placeOrder, symbol, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { BacktestOptions, HistoryBar, HolidayOptions } from 'rx-ctrader/backtest'
import { resultOf } from './support'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Monday, 6 January 2025, 0:00 UTC. */
const MONDAY = Date.UTC(2025, 0, 6)
const TUESDAY = MONDAY + DAY

const bar = (at: number): HistoryBar => ({ timestamp: at, open: 1.1, high: 1.1, low: 1.1, close: 1.1 })
const halfHours = (from: number, to: number): HistoryBar[] =>
  Array.from({ length: (to - from) / (HOUR / 2) }, (_, i) => bar(from + i * (HOUR / 2)))

/** Three days with prices, and those without the one in the middle. */
const allDays = halfHours(MONDAY, MONDAY + 3 * DAY)
const twoDays = allDays.filter(({ timestamp }) => timestamp < TUESDAY || timestamp >= TUESDAY + DAY)

const tuesday: HolidayOptions = { holidayDate: TUESDAY / DAY, name: 'Tuesday', scheduleTimeZone: 'UTC' }

const of = (bars: readonly HistoryBar[], holidays?: readonly HolidayOptions[]) => ({
  history: [{ symbol: 'EURUSD', period: 'M30' as const, bars, spread: 0.0001 }],
  symbols: [{ name: 'EURUSD', commission: 0, swap: 0, ...(holidays && { holidays }) }] as const,
})

/** Buys at noon of each day, and says what came of it. */
const buyAtNoons = async (options: BacktestOptions<object>): Promise<readonly string[]> => {
  const seen: string[] = []
  const buy = (account: Account): Observable<never> =>
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) }).pipe(
      filter(({ status }) => status === 'filled' || status === 'rejected'),
      tap(({ status }) => seen.push(status)),
      catchError((error: unknown) => {
        seen.push(isCTraderError(error) ? error.message : 'another error')
        return EMPTY
      }),
      ignoreElements(),
    )
  await resultOf(
    account =>
      merge(...[0, 1, 2].map(day => timer(new Date(MONDAY + day * DAY + 12 * HOUR)))).pipe(
        concatMap(() => buy(account)),
      ),
    options,
  )
  return seen
}

describe('a holiday in a backtest', () => {
  it.each([
    ['with prices', allDays],
    ['without prices', twoDays],
  ])('refuses orders, and those of other days are filled: %s', async (_, bars) => {
    const [first, refused, ...others] = await buyAtNoons(of(bars, [tuesday]))
    expect([first, ...others]).toEqual(['filled', 'filled'])
    expect(refused).toMatch(/outside the trading hours of EURUSD; the nearest is 2025-01-08T00:00:00/)
  })

  it('is in the terms of the symbol', async () => {
    const names: unknown[] = []
    await resultOf(
      account =>
        symbol(account, 'EURUSD').pipe(
          map(({ holiday }) => holiday?.map(({ name }) => name)),
          tap(found => names.push(found)),
        ),
      of(allDays, [tuesday]),
    )
    expect(names).toEqual([['Tuesday']])
  })

  it('is no gap, and its prices are outside of the schedule', async () => {
    const nothing = () => EMPTY
    const { history: holiday } = await resultOf(nothing, of(twoDays, [tuesday]))
    expect(holiday).toMatchObject([{ gaps: [] }])
    const { history: gap } = await resultOf(nothing, of(twoDays))
    // From the close of the last bar to the open of the next one.
    expect(gap).toMatchObject([{ gaps: [{ from: TUESDAY - 1_800_000, to: TUESDAY + DAY }] }])
    const { history: priced } = await resultOf(nothing, of(allDays, [tuesday]))
    const { history: usual } = await resultOf(nothing, of(allDays))
    const outside = [priced, usual].map(([report]) => report?.outsideSchedule ?? NaN)
    // 48 bars of the day. Two are outside anyway: 21:30 is in the daily break, which ends five seconds after 22:00.
    expect((outside[0] ?? NaN) - (outside[1] ?? NaN)).toBe(46)
  })

  it('may be a part of a day', async () => {
    const morning = { ...tuesday, endSecond: 10 * 3_600 }
    expect(await buyAtNoons(of(allDays, [morning]))).toEqual(['filled', 'filled', 'filled'])
    const noon = { ...tuesday, startSecond: 11 * 3_600, endSecond: 13 * 3_600 }
    expect((await buyAtNoons(of(allDays, [noon])))[1]).toMatch(/the nearest is 2025-01-07T13:00:00/)
  })
})
