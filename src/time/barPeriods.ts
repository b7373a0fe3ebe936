import { invalidOption } from '../errors'
import type { CTraderError } from '../errors'
import { ProtoOATrendbarPeriod } from '../protocol/messages/enums'
import { fromTradingTime, toTradingTime } from './tradingDay'
import { DAY, HOUR, MINUTE } from './constants'

/** The time of a bar, in ms since the epoch: `from` included, `to` excluded. */
export interface BarTime {
  readonly from: number
  readonly until: number
}

interface Steps {
  readonly openingAt: (at: number) => number
  readonly after: (opening: number) => number
}

const every = (length: number, start = 0): Steps => ({
  openingAt: at => Math.floor((at - start) / length) * length + start,
  after: opening => opening + length,
})

const monthly = (monthsLater: number) => (at: number) => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater)
}

const inUtc =
  ({ openingAt, after }: Steps) =>
  (at: number): BarTime => {
    const from = openingAt(at)
    return { from, until: after(from) }
  }

const inTradingTime =
  ({ openingAt, after }: Steps) =>
  (at: number): BarTime => {
    const opening = openingAt(toTradingTime(at))
    return { from: fromTradingTime(opening), until: fromTradingTime(after(opening)) }
  }

const FIRST_MONDAY = 4 * DAY

const barTimes: Readonly<Record<number, (at: number) => BarTime>> = {
  [ProtoOATrendbarPeriod.M1]: inUtc(every(MINUTE)),
  [ProtoOATrendbarPeriod.M2]: inUtc(every(2 * MINUTE)),
  [ProtoOATrendbarPeriod.M3]: inUtc(every(3 * MINUTE)),
  [ProtoOATrendbarPeriod.M4]: inUtc(every(4 * MINUTE)),
  [ProtoOATrendbarPeriod.M5]: inUtc(every(5 * MINUTE)),
  [ProtoOATrendbarPeriod.M10]: inUtc(every(10 * MINUTE)),
  [ProtoOATrendbarPeriod.M15]: inUtc(every(15 * MINUTE)),
  [ProtoOATrendbarPeriod.M30]: inUtc(every(30 * MINUTE)),
  [ProtoOATrendbarPeriod.H1]: inUtc(every(HOUR)),
  [ProtoOATrendbarPeriod.H4]: inTradingTime(every(4 * HOUR)),
  [ProtoOATrendbarPeriod.H12]: inTradingTime(every(12 * HOUR)),
  [ProtoOATrendbarPeriod.D1]: inTradingTime(every(DAY)),
  [ProtoOATrendbarPeriod.W1]: inTradingTime(every(7 * DAY, FIRST_MONDAY)),
  [ProtoOATrendbarPeriod.MN1]: inTradingTime({ openingAt: monthly(0), after: monthly(1) }),
}

/** A period by the name that traders use. */
export type PeriodName = keyof typeof ProtoOATrendbarPeriod

/** A period by its name, such as `'M1'`, or by its number on the wire, such as `ProtoOATrendbarPeriod.M1`. */
export type Period = PeriodName | ProtoOATrendbarPeriod

const names = Object.keys(ProtoOATrendbarPeriod) as PeriodName[]

const noPeriod = (): CTraderError => invalidOption('period', `must be one of ${names.join(', ')}`)

const numberOf = (period: Period): ProtoOATrendbarPeriod | undefined => {
  if (typeof period === 'number') return barTimes[period] && period
  return Object.hasOwn(ProtoOATrendbarPeriod, period) ? ProtoOATrendbarPeriod[period] : undefined
}

/** The error of an invalid period. */
export const periodFault = (period: Period): CTraderError | undefined =>
  numberOf(period) === undefined ? noPeriod() : undefined

/** The number of a period on the wire. Throws `InvalidOption` for an invalid period. */
export const toPeriodNumber = (period: Period): ProtoOATrendbarPeriod => {
  const number = numberOf(period)
  if (number === undefined) throw noPeriod()
  return number
}

/**
 * The name of a period, from the number that bars and candles have. Throws `InvalidOption` for an invalid period.
 *
 * ```ts
 * periodName(ProtoOATrendbarPeriod.M5) // 'M5'
 * ```
 */
export const periodName = (period: ProtoOATrendbarPeriod): PeriodName => {
  const found = names.find(name => ProtoOATrendbarPeriod[name] === period)
  if (found === undefined) throw noPeriod()
  return found
}

/**
 * Finds the time of the bar that holds a given time. Bars up to H1 open by UTC. The trading day opens at 17:00 New
 * York, and H4, H12 and D1 open with it. W1 opens on Sunday, and MN1 on the evening before the first of the month.
 *
 * @throws for an invalid period.
 */
export const barTimeFinder = (period: ProtoOATrendbarPeriod): ((at: number) => BarTime) => {
  const known = barTimes[period]
  if (!known) throw noPeriod()
  return known
}
