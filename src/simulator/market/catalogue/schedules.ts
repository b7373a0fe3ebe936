import { invalidOption } from '../../../errors'
import type { ProtoOAInterval } from '../../../protocol/messages/symbols'

/** All schedules are in the time of New York, in seconds since Sunday 00:00. */
export const SCHEDULE_TIME_ZONE = 'America/New_York'

const WEEK_SECONDS = 604_800

const at = (day: number, hour: number, minute = 0): number => day * 86_400 + hour * 3600 + minute * 60

const tradingDays = [1, 2, 3, 4, 5]

/**
 * Currencies, as on the live server: five sessions a week, from five seconds after 17:00 to 16:29:55 of the next
 * day.
 */
export const withNightlyBreak: readonly ProtoOAInterval[] = tradingDays.map(day => ({
  startSecond: at(day - 1, 17) + 5,
  endSecond: at(day, 16, 30) - 5,
}))

/** From Sunday 18:00 to Friday 17:00, except for an hour from 17:00 each day. */
export const withDailyBreak: readonly ProtoOAInterval[] = tradingDays.map(day => ({
  startSecond: at(day - 1, 18),
  endSecond: at(day, 17),
}))

/** The hours of the US exchanges. */
export const exchangeHours: readonly ProtoOAInterval[] = tradingDays.map(day => ({
  startSecond: at(day, 9, 30),
  endSecond: at(day, 16),
}))

/** Without a break. */
export const always: readonly ProtoOAInterval[] = [{ startSecond: 0, endSecond: at(7, 0) }]

/** A symbol that never trades would be closed without a word. */
export const checkSchedule = (option: string, schedule: readonly ProtoOAInterval[]): void => {
  if (!Array.isArray(schedule) || schedule.length === 0)
    throw invalidOption(option, 'must be a list of at least one time')
  schedule.forEach(({ startSecond, endSecond }: ProtoOAInterval, i) => {
    if (!(Number.isInteger(startSecond) && startSecond >= 0))
      throw invalidOption(
        `${option}.${i}.startSecond`,
        'must be a whole number of seconds since Sunday 00:00',
      )
    if (!(Number.isInteger(endSecond) && endSecond > startSecond && endSecond <= WEEK_SECONDS))
      throw invalidOption(
        `${option}.${i}.endSecond`,
        `must be after startSecond, and at most ${WEEK_SECONDS}`,
      )
  })
}
