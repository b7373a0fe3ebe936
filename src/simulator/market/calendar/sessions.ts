import type { ProtoOAInterval, ProtoOASymbol } from '../../../protocol/messages/symbols'
import { createCache } from '../model/cache'
import { createHolidays } from './holidays'
import type { Holidays } from './holidays'
import { HOUR, MINUTE } from '../../../time/constants'
import { oncePer } from '../../../util/oncePer'
import { toTradingDay, hourCount, openingTime, shownHour, toWeekday } from './newYork'

/** The part of an hour in which a symbol trades, in ms since the epoch: `from` included, `to` excluded. */
export interface OpenHour {
  /** When the hour begins, with or without trade. */
  readonly start: number
  readonly from: number
  readonly to: number
  /** Hours since 17:00 on the clocks of New York. */
  readonly shown: number
}

export interface Sessions {
  readonly isOpen: (at: number) => boolean
  readonly tradesOn: (day: number) => boolean
  /** The last earlier day with trade. */
  readonly dayBefore: (day: number) => number
  /** The hours of a day with trade in all or part of them. */
  readonly hoursOf: (day: number) => readonly OpenHour[]
  /** The hours without trade before the first one of a day. */
  readonly closedBefore: (day: number) => number
}

interface Part {
  readonly from: number
  readonly to: number
}

const WEEK_SECONDS = 604_800
const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3600

/** The traded part of the hour that begins at a second of the week; at most one part. */
const partOf = (schedule: readonly ProtoOAInterval[], second: number): Part | undefined => {
  const parts = schedule
    .map(({ startSecond, endSecond }) => ({
      from: Math.max(startSecond - second, 0) * 1000,
      to: Math.min(endSecond - second, HOUR_SECONDS) * 1000,
    }))
    .filter(({ from, to }) => from < to)
  const [first] = parts
  const last = parts.at(-1)
  return first && last && { from: first.from, to: last.to }
}

/** The rest of a part when a piece is removed: at most one piece, and not shorter than a minute. */
const without = ({ from, to }: Part, taken: Part): Part | undefined => {
  if (taken.to <= from || taken.from >= to) return { from, to }
  const before = { from, to: taken.from }
  const after = { from: taken.to, to }
  const left = before.to - before.from >= after.to - after.from ? before : after
  return left.to - left.from < MINUTE ? undefined : left
}

const DAYS_KEPT = 64

/** When a symbol trades. Its schedule is in the time of New York. */
const createSessions = (schedule: readonly ProtoOAInterval[], holidays?: Holidays): Sessions => {
  const week = Array.from({ length: 7 * 24 }, (_, hour) => {
    const second = Math.floor(hour / 24) * DAY_SECONDS + ((hour % 24) - 7) * HOUR_SECONDS
    return partOf(schedule, (second + WEEK_SECONDS) % WEEK_SECONDS)
  })
  const tradingDays = Array.from({ length: 7 }, (_, weekday) =>
    week.slice(weekday * 24, weekday * 24 + 24).some(part => part !== undefined),
  )

  /** The hours without trade before the first one of each weekday. */
  const closedBefore = tradingDays.map((_, weekday) => {
    const first = weekday * 24 + week.slice(weekday * 24).findIndex(part => part !== undefined)
    const around = [...week, ...week].slice(0, week.length + first).reverse()
    return Math.max(
      around.findIndex(part => part !== undefined),
      0,
    )
  })

  const cache = createCache<readonly Part[]>(DAYS_KEPT)
  const holidaysOn = (day: number): readonly Part[] =>
    holidays ? cache.get(day, () => holidays(openingTime(day), openingTime(day + 1))) : []

  /** In ms since the begin of the hour. `shown` is the number of hours since the opening of its day. */
  const partAt = (day: number, shown: number, start: number): Part | undefined =>
    holidaysOn(day).reduce<Part | undefined>(
      (part, { from, to }) => part && without(part, { from: from - start, to: to - start }),
      week[toWeekday(day) * 24 + shown],
    )
  const isTradingDay = (day: number): boolean => tradingDays[toWeekday(day)] === true
  const tradesOn = (day: number): boolean =>
    isTradingDay(day) && (holidaysOn(day).length === 0 || hoursOf(day).length > 0)
  const lastBefore = (day: number, is: (day: number) => boolean): number =>
    is(day - 1) ? day - 1 : lastBefore(day - 1, is)
  const dayBefore = (day: number): number => lastBefore(day, tradesOn)

  const hoursOf = (day: number): OpenHour[] => {
    const opening = openingTime(day)
    const hours = hourCount(day)
    return Array.from({ length: hours }, (_, passed) => passed).flatMap(passed => {
      const shown = shownHour(passed, hours)
      const start = opening + passed * HOUR
      const part = partAt(day, shown, start)
      if (!part) return []
      return [{ start, from: start + part.from, to: start + part.to, shown }]
    })
  }

  return {
    isOpen: at => {
      const day = toTradingDay(at)
      const passed = Math.floor((at - openingTime(day)) / HOUR)
      const start = openingTime(day) + passed * HOUR
      const part = partAt(day, shownHour(passed, hourCount(day)), start)
      const within = at - start
      return part !== undefined && within >= part.from && within < part.to
    },
    tradesOn,
    dayBefore,
    hoursOf,
    closedBefore: day =>
      // After a holiday it is as after a weekend.
      dayBefore(day) === lastBefore(day, isTradingDay) ? (closedBefore[toWeekday(day)] ?? 0) : 24,
  }
}

/** When a symbol trades, by its schedule and its holidays. Made once, because most simulators have the same symbols. */
export const symbolSessions = oncePer(
  ({ schedule = [], holiday = [] }: Pick<ProtoOASymbol, 'schedule' | 'holiday'>): Sessions =>
    createSessions(schedule, holiday.length > 0 ? createHolidays(holiday) : undefined),
)
