import type { ProtoOAInterval } from '../../protocol/symbols'
import { HOUR, dayOf, hoursIn, openingOf, shownHour, weekdayOf } from './newYork'

/** The part of an hour in which a symbol trades, in ms since the epoch: `from` included, `to` not. */
export interface OpenHour {
  /** When the hour begins, traded or not. */
  readonly start: number
  readonly from: number
  readonly to: number
  /** Hours since 17:00 on the clocks of New York. */
  readonly shown: number
}

export interface Sessions {
  readonly isOpen: (at: number) => boolean
  readonly tradesOn: (day: number) => boolean
  /** The last day before that on which there is trade. */
  readonly dayBefore: (day: number) => number
  /** The hours of a day in which there is trade, wholly or in part. */
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

/** The traded part of the hour that begins at a second of the week; one stretch at most. */
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

/** When a symbol trades. Its schedule is in the time of New York. */
export const createSessions = (schedule: readonly ProtoOAInterval[]): Sessions => {
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

  const partAt = (day: number, shown: number): Part | undefined => week[weekdayOf(day) * 24 + shown]
  const tradesOn = (day: number): boolean => tradingDays[weekdayOf(day)] === true
  const dayBefore = (day: number): number => (tradesOn(day - 1) ? day - 1 : dayBefore(day - 1))

  const hoursOf = (day: number): OpenHour[] => {
    const opening = openingOf(day)
    const hours = hoursIn(day)
    return Array.from({ length: hours }, (_, passed) => passed).flatMap(passed => {
      const shown = shownHour(passed, hours)
      const part = partAt(day, shown)
      if (!part) return []
      const start = opening + passed * HOUR
      return [{ start, from: start + part.from, to: start + part.to, shown }]
    })
  }

  return {
    isOpen: at => {
      const day = dayOf(at)
      const sinceOpening = at - openingOf(day)
      const passed = Math.floor(sinceOpening / HOUR)
      const part = partAt(day, shownHour(passed, hoursIn(day)))
      const within = sinceOpening - passed * HOUR
      return part !== undefined && within >= part.from && within < part.to
    },
    tradesOn,
    dayBefore,
    hoursOf,
    closedBefore: day => closedBefore[weekdayOf(day)] ?? 0,
  }
}
