import type { ProtoOAHoliday, ProtoOAInterval } from '../protocol/symbols'
import type { SymbolTerms } from '../streams/symbols'
import { wallClock } from './wallClock'
import type { WallClock } from './wallClock'

/** What of a symbol says when it trades. */
export type ScheduleTerms = Pick<SymbolTerms, 'schedule' | 'scheduleTimeZone' | 'holiday'>

const SECOND = 1_000
const MINUTE = 60_000
const DAY = 86_400_000
const WEEK = 7 * DAY

/** The epoch began on a Thursday. */
const sinceSunday = (shown: number): number => (shown + 4 * DAY) % WEEK

/** How far ahead an opening is looked for: longer than any holidays. */
const WEEKS_AHEAD = 4

const dateOf = (shown: number): string => new Date(shown).toISOString().slice(5, 10)

/** The part of a day on which there is no trade, on the clock of the holiday; of the day on which a time is. */
const stretchOf = (
  { holidayDate, isRecurring, startSecond = 0, endSecond = DAY / SECOND }: ProtoOAHoliday,
  shown: number,
): readonly [from: number, to: number] | undefined => {
  const day = Math.floor(shown / DAY) * DAY
  const isDay = isRecurring ? dateOf(day) === dateOf(holidayDate * DAY) : day === holidayDate * DAY
  return isDay ? [day + startSecond * SECOND, day + endSecond * SECOND] : undefined
}

/** When the holiday ends that there is at a time. */
const endOfHoliday = ({ holiday = [] }: ScheduleTerms, at: number): number | undefined => {
  for (const one of holiday) {
    const clock = wallClock(one.scheduleTimeZone)
    if (!clock) continue
    const shown = clock.shownAt(at)
    const stretch = stretchOf(one, shown)
    if (stretch && shown >= stretch[0] && shown < stretch[1]) return clock.showing(stretch[1])
  }
  return undefined
}

/** The week of a symbol, by its clock. */
interface Week {
  readonly clock: WallClock
  readonly schedule: readonly ProtoOAInterval[]
}

/** Nothing where the terms do not say when it trades, or in the time of a place nobody knows. */
const weekOf = ({ schedule = [], scheduleTimeZone }: ScheduleTerms): Week | undefined => {
  const clock = scheduleTimeZone === undefined ? undefined : wallClock(scheduleTimeZone)
  return clock && schedule.length > 0 ? { clock, schedule } : undefined
}

const isInWeek = ({ clock, schedule }: Week, at: number): boolean => {
  const time = sinceSunday(clock.shownAt(at))
  return schedule.some(({ startSecond, endSecond }) =>
    // A stretch may go on beyond Saturday.
    [time, time + WEEK].some(one => one >= startSecond * SECOND && one < endSecond * SECOND),
  )
}

/** When the week opens first after a time, holidays or not. */
const nextInWeek = ({ clock, schedule }: Week, after: number): number => {
  const shown = clock.shownAt(after)
  const sunday = shown - sinceSunday(shown)
  const openings = schedule
    .flatMap(({ startSecond }) =>
      [sunday, sunday + WEEK].map(week => clock.showing(week + startSecond * SECOND)),
    )
    .filter(opening => opening > after)
  return Math.min(...openings)
}

/**
 * Whether a symbol trades at a time, in ms since the epoch. Where that cannot be told it does: the server knows
 * better.
 */
export const isTrading = (terms: ScheduleTerms, at: number): boolean => {
  const week = weekOf(terms)
  return week === undefined || (isInWeek(week, at) && endOfHoliday(terms, at) === undefined)
}

/** When a symbol trades first from a time on, if it does within four weeks. */
export const nextOpening = (terms: ScheduleTerms, from: number): number | undefined => {
  const week = weekOf(terms)
  if (!week) return from
  let at = from
  while (at <= from + WEEKS_AHEAD * WEEK) {
    if (isTrading(terms, at)) return at
    at = endOfHoliday(terms, at) ?? nextInWeek(week, at)
  }
  return undefined
}

/** Whether a symbol surely does not trade, as far as a clock can tell that may be a minute off. */
export const isSurelyClosed = (terms: ScheduleTerms, now: number): boolean =>
  [now - MINUTE, now, now + MINUTE].every(at => !isTrading(terms, at))
