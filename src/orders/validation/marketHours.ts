import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import type { SymbolDetails } from '../../streams/symbols/symbols'
import { wallClock } from '../../time/timeZone'
import type { WallClock } from '../../time/timeZone'
import { oncePer } from '../../util/oncePer'
import { DAY, HOUR, MINUTE, SECOND, WEEK } from '../../time/constants'

/** The terms that say when a symbol trades. */
export type ScheduleTerms = Pick<SymbolDetails, 'schedule' | 'scheduleTimeZone' | 'holiday'>

/** The largest change of a clock, as for summer time. */
const CLOCK_CHANGE = 3 * HOUR

/** The latest time of a `Date`. */
const LATEST = 8.64e15

/** The epoch began on a Thursday. */
const sinceSunday = (shown: number): number => (shown + 4 * DAY) % WEEK

/** How far ahead to look for an opening: longer than any holidays. */
const WEEKS_AHEAD = 4
/** How many openings to try: more than there are in that time. */
const MOST_OPENINGS = 100

/** In ms. */
type Stretch = readonly [from: number, to: number]

/** An absent end, or 0, is the end of the whole day or week. Anything longer than two of them is an error: cut it. */
const stretchIn = (
  whole: number,
  { startSecond = 0, endSecond = 0 }: { readonly startSecond?: number; readonly endSecond?: number },
): Stretch => [
  Math.min(startSecond * SECOND, 2 * whole),
  endSecond === 0 ? whole : Math.min(endSecond * SECOND, 2 * whole),
]

const dateOf = (shown: number): string => new Date(shown).toISOString().slice(5, 10)

/** Whether a holiday is on a day. An invalid date is on no day. */
const isOn = ({ holidayDate, isRecurring }: ProtoOAHoliday, day: number): boolean => {
  const date = holidayDate * DAY
  return isRecurring ? Math.abs(date) <= LATEST && dateOf(day) === dateOf(date) : day === date
}

/** The end of the holiday at a time, if there is one. */
const endOfHoliday = ({ holiday = [] }: ScheduleTerms, at: number): number | undefined => {
  const times = new Map<WallClock, number>()
  for (const one of holiday) {
    const clock = wallClock(one.scheduleTimeZone)
    if (!clock) continue
    const shown = times.get(clock) ?? clock.shownAt(at)
    times.set(clock, shown)
    const today = Math.floor(shown / DAY) * DAY
    const [from, to] = stretchIn(DAY, one)
    // A holiday may go on beyond midnight.
    const day = [today, today - DAY].find(
      start => shown >= start + from && shown < start + to && isOn(one, start),
    )
    if (day !== undefined) return clock.showing(day + to)
  }
  return undefined
}

/** The week of a symbol by its own clock: the periods in which it trades, sorted by their begin. */
interface Week {
  readonly clock: WallClock
  readonly stretches: readonly Stretch[]
}

/** Without a week if there is no schedule, or its time zone is unknown. */
const hoursOf = oncePer(({ schedule = [], scheduleTimeZone }: ScheduleTerms): { readonly week?: Week } => {
  const clock = scheduleTimeZone === undefined ? undefined : wallClock(scheduleTimeZone)
  if (!clock || schedule.length === 0) return {}
  const stretches = schedule
    .map(one => stretchIn(WEEK, one))
    // A period that ends before it begins goes on beyond Saturday.
    .map(([from, to]): Stretch => [from, to < from ? to + WEEK : to])
    .filter(([from, to]) => from < to)
    .sort(([a], [b]) => a - b)
  return { week: { clock, stretches } }
})

const isInWeek = ({ clock, stretches }: Week, at: number): boolean => {
  const time = sinceSunday(clock.shownAt(at))
  return stretches.some(([from, to]) =>
    // A period may go on beyond Saturday.
    [time, time + WEEK].some(one => one >= from && one < to),
  )
}

/** The first opening of the week after a time, without holidays; `Infinity` if there is none. */
const nextInWeek = ({ clock, stretches }: Week, after: number): number => {
  const shown = clock.shownAt(after)
  const sunday = shown - sinceSunday(shown)
  for (const week of [sunday, sunday + WEEK]) {
    for (const [from] of stretches) {
      // Reading the clock costs a thousand times as much as a comparison. So skip openings that are too early even
      // after a change of the clock.
      if (week + from <= shown - CLOCK_CHANGE) continue
      const opening = clock.showing(week + from)
      if (opening > after) return opening
    }
  }
  return Infinity
}

/**
 * Whether a symbol trades at a time, in ms since the epoch. If that is unknown, assume it does: the server will
 * tell.
 */
export const isTrading = (terms: ScheduleTerms, at: number): boolean => {
  const { week } = hoursOf(terms)
  return week === undefined || (isInWeek(week, at) && endOfHoliday(terms, at) === undefined)
}

/** When a symbol first trades from a time on, if that is within four weeks. */
export const nextOpening = (terms: ScheduleTerms, from: number): number | undefined => {
  const { week } = hoursOf(terms)
  if (!week) return from
  let at = from
  for (let tried = 0; tried < MOST_OPENINGS && at <= from + WEEKS_AHEAD * WEEK; tried += 1) {
    if (isTrading(terms, at)) return at
    at = endOfHoliday(terms, at) ?? nextInWeek(week, at)
  }
  return undefined
}

/** Whether a symbol certainly does not trade, by a clock that may be a minute off. */
export const isSurelyClosed = (terms: ScheduleTerms, now: number): boolean =>
  [now - MINUTE, now, now + MINUTE].every(at => !isTrading(terms, at))
