import { invalidOption } from '../../errors'
import { HOUR } from '../../time/constants'
import { wallClock } from '../../time/timeZone'
import { fromTradingTime } from '../../time/tradingDay'

/** The clock of brokers whose day begins at 17:00 New York: seven hours ahead of New York all year. */
export const NEW_YORK_CLOSE = 'New_York+7'

/** Turns a reading of a clock, written as if it were UTC, into ms since the epoch. */
export type ToUtc = (shown: number) => number

/** Reading a clock of a zone is slow, and its offset changes on full hours only. */
const byHour = (showing: ToUtc): ToUtc => {
  let hour = NaN
  let offset = 0
  return shown => {
    const itsHour = Math.floor(shown / HOUR)
    if (itsHour !== hour) {
      hour = itsHour
      offset = showing(itsHour * HOUR) - itsHour * HOUR
    }
    return shown + offset
  }
}

/** Throws `InvalidOption` for an unknown zone. */
export const createZoneClock = (timeZone: string): ToUtc => {
  if (timeZone === 'UTC') return shown => shown
  if (timeZone === NEW_YORK_CLOSE) return byHour(fromTradingTime)
  const clock = wallClock(timeZone)
  if (!clock)
    throw invalidOption('timeZone', `must be a time zone such as Europe/Athens, or ${NEW_YORK_CLOSE}`)
  return byHour(clock.showing)
}

const NUMBER = /^\d{10}(?:\d{3})?(?:\.\d+)?$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(\d{2})(\d{2})?(\d{3})?$/
const YEAR_FIRST =
  /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/
const DAY_FIRST =
  /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?\s*(?:GMT([+-]\d{4})?)?$/

const isRead = (match: RegExpExecArray | null): match is RegExpExecArray => match !== null

const utcOf = ([year, month, day, hour = '0', minute = '0', second = '0', fraction = '0']: readonly (
  string | undefined
)[]): number | undefined => {
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  // 31.02. would be a day in March.
  if (new Date(at).getUTCDate() !== Number(day)) return undefined
  return at + Math.round(Number(`0.${fraction}`) * 1000)
}

const offsetOf = (zone: string): number => {
  const digits = zone.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The time of a number of seconds, ms, µs or ns since the epoch: which of them follows from its size. */
export const sinceEpoch = (text: string): number | undefined => {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined
  const number = Number(text)
  if (number < 1e11) return Math.round(number * 1000)
  return Math.round(number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6)
}

/**
 * The time that a text has: seconds or ms since the epoch, or a date with or without a time. `toUtc` is for texts that
 * name no zone. `undefined` for what is not a time.
 */
export const readTime = (text: string, toUtc: ToUtc): number | undefined => {
  const trimmed = text.trim()
  if (NUMBER.test(trimmed)) return sinceEpoch(trimmed)
  const compact = COMPACT.exec(trimmed)
  if (isRead(compact)) {
    const shown = utcOf(compact.slice(1))
    return shown === undefined ? undefined : toUtc(shown)
  }
  const yearFirst = YEAR_FIRST.exec(trimmed)
  if (isRead(yearFirst)) {
    const shown = utcOf(yearFirst.slice(1, 8))
    const zone = yearFirst[8]
    if (shown === undefined) return undefined
    return zone === undefined ? toUtc(shown) : zone === 'Z' ? shown : shown - offsetOf(zone)
  }
  const dayFirst = DAY_FIRST.exec(trimmed)
  if (!isRead(dayFirst)) return undefined
  const [, day, month, year, ...rest] = dayFirst
  const shown = utcOf([year, month, day, ...rest.slice(0, 4)])
  const zone = dayFirst[8]
  return shown === undefined ? undefined : zone === undefined ? toUtc(shown) : shown - offsetOf(zone)
}
