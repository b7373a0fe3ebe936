import { createCache } from '../model/cache'
import { createDays } from './days'
import type { Outline, SymbolOptions } from './days'
import { barOfTicks, mergeBars } from './fold'
import { createHours } from './hours'
import type { PlannedHour } from './hours'
import type { Bar } from '../model/market'
import { HOUR } from '../../../time/constants'
import { toTradingDay, openingTime } from '../calendar/newYork'
import { extremes, isShifted, totalShift, shiftHour, withShift } from './shifts'
import type { Shifts } from './shifts'
import { playHour } from './ticks'
import type { HourOfTicks } from './ticks'

/** An hour in which a symbol trades, with its ticks. Prices are in the smallest steps. */
export interface TradedHour extends HourOfTicks {
  readonly start: number
}

/** The past and future trade of a symbol, with shifts. Prices are in the smallest steps. */
export interface Series {
  readonly dayBar: (day: number) => Bar | undefined
  readonly hourBars: (day: number) => readonly Bar[]
  /** The hour that begins at that time; `undefined` if it is closed. */
  readonly hourAt: (start: number) => TradedHour | undefined
  /** The first hour with trade that begins after a time, and the last that begins before it. */
  readonly hourAfter: (at: number) => TradedHour
  readonly hourBefore: (at: number) => TradedHour
  /** The bounds of all bids. */
  readonly bounds: () => { readonly lowest: number; readonly highest: number }
  readonly isShifted: (from: number, to: number) => boolean
  /** @throws if the price could fall to zero. */
  readonly shift: (by: number, at: number) => void
}

const HOURS_KEPT = 12
const DAYS_KEPT = 64
const DAY_BARS_KEPT = 512

const moved = ({ open, high, low, close, volume }: Outline, by: number, openedAt: number): Bar => ({
  openedAt,
  open: open + by,
  high: high + by,
  low: low + by,
  close: close + by,
  volume,
})

export const createSeries = (options: SymbolOptions): Series => {
  const { sessions, character } = options
  const days = createDays(options)
  const plan = createHours(options, days)
  let shifts: Shifts = []
  const plans = createCache<readonly PlannedHour[]>(DAYS_KEPT)
  const hours = createCache<TradedHour | undefined>(HOURS_KEPT)
  const dayBars = createCache<Bar | undefined>(DAY_BARS_KEPT)
  const barsOfHours = createCache<readonly Bar[]>(DAYS_KEPT)

  const plannedHours = (day: number): readonly PlannedHour[] =>
    sessions.tradesOn(day) ? plans.get(day, plan) : []

  const play = (hour: PlannedHour): TradedHour => ({
    ...shiftHour(playHour(hour, character.spread), hour.start, shifts),
    start: hour.start,
  })

  const hourAt: Series['hourAt'] = start =>
    hours.get(start, () => {
      const hour = plannedHours(toTradingDay(start)).find(planned => planned.start === start)
      return hour && play(hour)
    })

  const traded = (hour: PlannedHour): TradedHour => hourAt(hour.start) ?? play(hour)

  const hourBars: Series['hourBars'] = day =>
    barsOfHours.get(day, () =>
      plannedHours(day).map(hour => {
        const { start } = hour
        if (!isShifted(shifts, start, start + HOUR)) return moved(hour, totalShift(shifts, start), start)
        const ticks = traded(hour)
        return barOfTicks(ticks, 0, ticks.count, start)
      }),
    )

  return {
    dayBar: day =>
      dayBars.get(day, () => {
        const opening = openingTime(day)
        if (!sessions.tradesOn(day)) return undefined
        return isShifted(shifts, opening, openingTime(day + 1))
          ? mergeBars(hourBars(day), opening)
          : moved(days.outlineOf(day), totalShift(shifts, opening), opening)
      }),
    hourBars,
    hourAt,
    hourAfter: at => {
      for (let day = toTradingDay(at); ; day += 1) {
        const next = plannedHours(day).find(({ start }) => start > at)
        if (next) return traded(next)
      }
    },
    hourBefore: at => {
      for (let day = toTradingDay(at); ; day -= 1) {
        const last = plannedHours(day)
          .filter(({ start }) => start < at)
          .at(-1)
        if (last) return traded(last)
      }
    },
    bounds: () => {
      const { down, up } = extremes(shifts)
      return { lowest: days.lowest + down, highest: days.highest + up }
    },
    isShifted: (from, to) => isShifted(shifts, from, to),
    shift: (by, at) => {
      const more = withShift(shifts, { at, by })
      if (!(days.lowest + extremes(more).down > 0)) throw new RangeError('the price could fall to nothing')
      shifts = more
      for (const cache of [hours, dayBars, barsOfHours]) cache.clear()
    },
  }
}
