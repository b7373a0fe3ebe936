import { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { HOUR, MINUTE } from '../../../time/constants'
import { toTradingDay, hourCount, monthStart, openingTime, passedHour, shownHour, weekStart } from './newYork'

/** What the bars of a period are made of. */
export type Parts = 'ticks' | 'hours' | 'days'

interface Period {
  readonly parts: Parts
  /** When the bar that holds a time opens. */
  readonly openingAt: (at: number) => number
}

const minutes = (count: number): Period => ({
  parts: 'ticks',
  openingAt: at => at - (((at % (count * MINUTE)) + count * MINUTE) % (count * MINUTE)),
})

/** They open at fixed times on the clocks of New York, as the day does. */
const newYorkHours = (count: number): Period => ({
  parts: 'hours',
  openingAt: at => {
    const day = toTradingDay(at)
    const opening = openingTime(day)
    const hours = hourCount(day)
    const shown = shownHour(Math.floor((at - opening) / HOUR), hours)
    return opening + passedHour(shown - (shown % count), hours) * HOUR
  },
})

/** They open with their first day. */
const days = (firstOf: (day: number) => number): Period => ({
  parts: 'days',
  openingAt: at => openingTime(firstOf(toTradingDay(at))),
})

const periods: Readonly<Record<number, Period>> = {
  [ProtoOATrendbarPeriod.M1]: minutes(1),
  [ProtoOATrendbarPeriod.M2]: minutes(2),
  [ProtoOATrendbarPeriod.M3]: minutes(3),
  [ProtoOATrendbarPeriod.M4]: minutes(4),
  [ProtoOATrendbarPeriod.M5]: minutes(5),
  [ProtoOATrendbarPeriod.M10]: minutes(10),
  [ProtoOATrendbarPeriod.M15]: minutes(15),
  [ProtoOATrendbarPeriod.M30]: minutes(30),
  [ProtoOATrendbarPeriod.H1]: { ...minutes(60), parts: 'hours' },
  [ProtoOATrendbarPeriod.H4]: newYorkHours(4),
  [ProtoOATrendbarPeriod.H12]: newYorkHours(12),
  [ProtoOATrendbarPeriod.D1]: days(day => day),
  [ProtoOATrendbarPeriod.W1]: days(weekStart),
  [ProtoOATrendbarPeriod.MN1]: days(monthStart),
}

/** @throws for an invalid period. */
export const toPeriod = (period: ProtoOATrendbarPeriod): Period => {
  const known = periods[period]
  if (!known) throw new Error(`no period ${period}`)
  return known
}
