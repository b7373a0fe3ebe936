import { DAY, HOUR } from '../../../time/constants'

/**
 * Trading days. A trading day opens at 17:00 New York and has the date on which it ends: Monday's opens on Sunday.
 * Days are numbered by that date, in days since the epoch.
 */

/** There is no history before the first Sunday evening of 2000. */
export const BEGINNING = Date.UTC(2000, 0, 2, 22)

/** 0 is Sunday. */
export const toWeekday = (day: number): number => (((day + 4) % 7) + 7) % 7

const sundayFrom = (day: number): number => day + ((7 - toWeekday(day)) % 7)

const dayOfDate = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / DAY

/** The days of a year on which New York has summer time in the afternoon; the second one is excluded. */
const summerOf = (year: number): readonly [from: number, to: number] =>
  year < 2007
    ? [sundayFrom(dayOfDate(year, 4, 1)), sundayFrom(dayOfDate(year, 10, 25))]
    : [sundayFrom(dayOfDate(year, 3, 8)), sundayFrom(dayOfDate(year, 11, 1))]

const FIRST_YEAR = 1990
const summers = Array.from({ length: 211 }, (_, i) => summerOf(FIRST_YEAR + i))

const isSummer = (day: number): boolean => {
  // Correct except for a day around the new year, when it is winter anyway.
  const year = 1970 + Math.floor(day / 365.2425)
  const [from, to] = summers[year - FIRST_YEAR] ?? summerOf(year)
  return day >= from && day < to
}

/** When a trading day opens, in ms since the epoch. */
export const openingTime = (day: number): number => (day - 1) * DAY + (isSummer(day - 1) ? 21 : 22) * HOUR

/** The trading day of a time. */
export const toTradingDay = (at: number): number => {
  const day = Math.floor((at + 3 * HOUR) / DAY)
  return at < openingTime(day) ? day - 1 : day
}

/** 24, or one more or less when the clocks of New York change. */
export const hourCount = (day: number): number => (openingTime(day + 1) - openingTime(day)) / HOUR

// The clocks change at 2 in the morning, nine hours after the opening.
const CHANGE = 9

/** The reading of New York's clocks in hours since 17:00, after `passed` hours of a day with `hours` hours. */
export const shownHour = (passed: number, hours: number): number =>
  passed < CHANGE ? passed : passed + 24 - hours

/** The reverse, for readings that occur once. */
export const passedHour = (shown: number, hours: number): number =>
  shown < CHANGE ? shown : shown + hours - 24

/** The first day of the week: Monday. */
export const weekStart = (day: number): number => day - ((toWeekday(day) + 6) % 7)

/** The first day of the month. */
export const monthStart = (day: number): number => day - new Date(day * DAY).getUTCDate() + 1
