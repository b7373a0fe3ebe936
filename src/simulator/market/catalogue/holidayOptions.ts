import { invalidOption } from '../../../errors'
import { checkNames } from '../../../options'
import type { ProtoOAHoliday } from '../../../protocol/messages/symbols'
import { isTimeZone } from '../calendar/holidays'
import { SCHEDULE_TIME_ZONE } from './schedules'

/** A holiday: `holidayDate` in days since the epoch, and other fields that differ from the usual ones. */
export type HolidayOptions = Pick<ProtoOAHoliday, 'holidayDate'> & Partial<ProtoOAHoliday>

const names: Readonly<Record<keyof ProtoOAHoliday, true>> = {
  holidayId: true,
  name: true,
  description: true,
  scheduleTimeZone: true,
  holidayDate: true,
  isRecurring: true,
  startSecond: true,
  endSecond: true,
}

// With one for each day of the year, a market would never open again.
const MOST_HOLIDAYS = 100
const MOST_DAYS = 2 ** 31

/** Throws `InvalidOption` for what are not the holidays of a symbol. */
export const checkHolidays = (option: string, holidays: readonly HolidayOptions[]): void => {
  if (!Array.isArray(holidays)) throw invalidOption(option, 'must be a list of holidays')
  if (holidays.length > MOST_HOLIDAYS)
    throw invalidOption(option, `must not have more than ${MOST_HOLIDAYS} holidays`)
  holidays.forEach((one: HolidayOptions, index) => {
    checkNames(one, names, `${option}.${index}.`)
    if (!(Number.isInteger(one.holidayDate) && Math.abs(one.holidayDate) < MOST_DAYS))
      throw invalidOption(`${option}.${index}.holidayDate`, 'must be a whole number of days since the epoch')
    if (!isTimeZone(one.scheduleTimeZone ?? SCHEDULE_TIME_ZONE))
      throw invalidOption(`${option}.${index}.scheduleTimeZone`, 'is not a time zone')
  })
}

/** Holidays as the terms of a symbol have them. */
export const holidayTerms = (holidays: readonly HolidayOptions[]): readonly ProtoOAHoliday[] =>
  holidays.map((one, index) => ({
    holidayId: index + 1,
    name: 'Holiday',
    scheduleTimeZone: SCHEDULE_TIME_ZONE,
    isRecurring: false,
    ...one,
  }))
