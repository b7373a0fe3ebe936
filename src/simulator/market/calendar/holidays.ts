import type { ProtoOAHoliday } from '../../../protocol/messages/symbols'
import { DAY, SECOND } from '../../../time/constants'

/** A time range in ms since the epoch; the end is excluded. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** When a symbol does not trade although its schedule says so, within a time range. */
export type Holidays = (from: number, to: number) => readonly Stretch[]

/** The last day of a `Date`. Later holidays are ignored. */
const LAST_DAY = 100_000_000

/** The readings of the clocks in a time zone, written as if they were UTC. Throws for an unknown zone. */
const clockOf = (timeZone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return at => {
    const parts = format.format(at).split(/\D+/).map(Number)
    const [month, day, year, hour, minute, second] = parts as [number, number, number, number, number, number]
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

export const isTimeZone = (timeZone: string): boolean => {
  try {
    clockOf(timeZone)
    return true
  } catch {
    return false
  }
}

const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(5, 10)

const isOn = ({ holidayDate, isRecurring }: ProtoOAHoliday, day: number): boolean =>
  isRecurring ? Math.abs(holidayDate) <= LAST_DAY && dateOf(holidayDate) === dateOf(day) : holidayDate === day

/**
 * The time range on its day. An end that is absent or 0 is the end of the day. A holiday is at most two days long.
 */
const secondsOf = ({ startSecond = 0, endSecond = 0 }: ProtoOAHoliday): Stretch => {
  const within = (seconds: number): number => Math.min(Math.max(seconds * SECOND, 0), 2 * DAY)
  return { from: within(startSecond), to: endSecond === 0 ? DAY : within(endSecond) }
}

/** The holidays of a symbol, each in its own time zone. */
export const createHolidays = (holidays: readonly ProtoOAHoliday[]): Holidays => {
  const all = holidays.map(holiday => {
    const shownAt = clockOf(holiday.scheduleTimeZone)
    const ahead = (at: number): number => shownAt(at) - at
    const { from, to } = secondsOf(holiday)
    const showing = (shown: number): number => shown - ahead(shown - ahead(shown))
    return {
      holiday,
      on: (day: number) => ({ from: showing(day * DAY + from), to: showing(day * DAY + to) }),
    }
  })
  return (from, to) => {
    // A holiday is at most two days long, and clocks differ by up to a day.
    const first = Math.floor(from / DAY) - 3
    const days = Array.from({ length: Math.ceil(to / DAY) + 2 - first }, (_, i) => first + i)
    return all
      .flatMap(({ holiday, on }) => days.filter(day => isOn(holiday, day)).map(on))
      .filter(stretch => stretch.from < stretch.to && stretch.from < to && stretch.to > from)
  }
}
