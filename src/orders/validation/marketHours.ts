import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import type { SymbolTerms } from '../../streams/symbols/symbols'
import { wallClock } from '../../time/timeZone'
import type { WallClock } from '../../time/timeZone'
import { DAY, HOUR, MINUTE, SECOND, WEEK } from '../../time/constants'

/** What of a symbol says when it trades. */
export type ScheduleTerms = Pick<SymbolTerms, 'schedule' | 'scheduleTimeZone' | 'holiday'>

/** By how much clocks are set, at most. */
const CLOCK_CHANGE = 3 * HOUR

/** The latest time of a `Date`. */
const LATEST = 8.64e15

/** The epoch began on a Thursday. */
const sinceSunday = (shown: number): number => (shown + 4 * DAY) % WEEK

/** How far ahead an opening is looked for: longer than any holidays. */
const WEEKS_AHEAD = 4
/** How many openings are tried: more than there are in that time. */
const MOST_OPENINGS = 100

/** From when until when, in ms. */
type Stretch = readonly [from: number, to: number]

/** An end that is absent or 0 is the end of the whole day or week. What is longer than two of them cannot be meant. */
const stretchIn = (
  whole: number,
  { startSecond = 0, endSecond = 0 }: { readonly startSecond?: number; readonly endSecond?: number },
): Stretch => [
  Math.min(startSecond * SECOND, 2 * whole),
  endSecond === 0 ? whole : Math.min(endSecond * SECOND, 2 * whole),
]

const dateOf = (shown: number): string => new Date(shown).toISOString().slice(5, 10)

/** Whether a holiday is on a day. On none, where its date is no date. */
const isOn = ({ holidayDate, isRecurring }: ProtoOAHoliday, day: number): boolean => {
  const date = holidayDate * DAY
  return isRecurring ? Math.abs(date) <= LATEST && dateOf(day) === dateOf(date) : day === date
}

/** When the holiday ends that there is at a time. */
const endOfHoliday = ({ holiday = [] }: ScheduleTerms, at: number): number | undefined => {
  const times = new Map<WallClock, number>()
  for (const one of holiday) {
    const clock = wallClock(one.scheduleTimeZone)
    if (!clock) continue
    const shown = times.get(clock) ?? clock.shownAt(at)
    times.set(clock, shown)
    const today = Math.floor(shown / DAY) * DAY
    const [from, to] = stretchIn(DAY, one)
    // It may go on beyond midnight.
    const day = [today, today - DAY].find(
      start => shown >= start + from && shown < start + to && isOn(one, start),
    )
    if (day !== undefined) return clock.showing(day + to)
  }
  return undefined
}

/** The week of a symbol, by its clock: the stretches in which it trades, by when they begin. */
interface Week {
  readonly clock: WallClock
  readonly stretches: readonly Stretch[]
}

/** Nothing where the terms do not say when it trades, or in the time of a place nobody knows. */
const weekOf = ({ schedule = [], scheduleTimeZone }: ScheduleTerms): Week | undefined => {
  const clock = scheduleTimeZone === undefined ? undefined : wallClock(scheduleTimeZone)
  if (!clock || schedule.length === 0) return undefined
  const stretches = schedule
    .map(one => stretchIn(WEEK, one))
    // One that ends before it begins goes on beyond Saturday.
    .map(([from, to]): Stretch => [from, to < from ? to + WEEK : to])
    .filter(([from, to]) => from < to)
    .sort(([a], [b]) => a - b)
  return { clock, stretches }
}

const isInWeek = ({ clock, stretches }: Week, at: number): boolean => {
  const time = sinceSunday(clock.shownAt(at))
  return stretches.some(([from, to]) =>
    // A stretch may go on beyond Saturday.
    [time, time + WEEK].some(one => one >= from && one < to),
  )
}

/** When the week opens first after a time, holidays or not; `Infinity` where it never does. */
const nextInWeek = ({ clock, stretches }: Week, after: number): number => {
  const shown = clock.shownAt(after)
  const sunday = shown - sinceSunday(shown)
  for (const week of [sunday, sunday + WEEK]) {
    for (const [from] of stretches) {
      // To read the clock costs a thousand times as much as to compare, and it is never set by more than this.
      if (week + from <= shown - CLOCK_CHANGE) continue
      const opening = clock.showing(week + from)
      if (opening > after) return opening
    }
  }
  return Infinity
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
  for (let tried = 0; tried < MOST_OPENINGS && at <= from + WEEKS_AHEAD * WEEK; tried += 1) {
    if (isTrading(terms, at)) return at
    at = endOfHoliday(terms, at) ?? nextInWeek(week, at)
  }
  return undefined
}

/** Whether a symbol surely does not trade, as far as a clock can tell that may be a minute off. */
export const isSurelyClosed = (terms: ScheduleTerms, now: number): boolean =>
  [now - MINUTE, now, now + MINUTE].every(at => !isTrading(terms, at))
