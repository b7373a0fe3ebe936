import { HOUR } from '../../../time/constants'
import { nth } from '../model/random'
import { BOTH } from './ticks'
import type { HourOfTicks } from './ticks'

/** A move of all prices after a time, in the smallest steps of the price. */
export interface Shift {
  readonly at: number
  readonly by: number
}

/** The shifts of a symbol, by rising time. */
export type Shifts = readonly Shift[]

export const withShift = (shifts: Shifts, shift: Shift): Shifts =>
  [...shifts, shift].sort((a, b) => a.at - b.at)

/** How far a tick of that time is moved. */
export const totalShift = (shifts: Shifts, at: number): number =>
  shifts.reduce((sum, shift) => (shift.at < at ? sum + shift.by : sum), 0)

/** Whether a shift is in a time range, `to` excluded. */
export const isShifted = (shifts: Shifts, from: number, to: number): boolean =>
  shifts.some(({ at }) => at >= from && at < to)

/** The largest moves of the prices down and up; 0 if there are no shifts. */
export const extremes = (shifts: Shifts): { readonly down: number; readonly up: number } => {
  const sums = shifts.map(({ at }) => totalShift(shifts, at + 1))
  return { down: Math.min(0, ...sums), up: Math.max(0, ...sums) }
}

/** An hour with moved prices. The first tick after each shift has both sides. */
export const shiftHour = (hour: HourOfTicks, start: number, shifts: Shifts): HourOfTicks => {
  if (!isShifted(shifts, start, start + HOUR)) {
    const by = totalShift(shifts, start)
    return by === 0 ? hour : { ...hour, bid: hour.bid.map(n => n + by), ask: hour.ask.map(n => n + by) }
  }
  const by = hour.time.map(time => totalShift(shifts, start + time))
  return {
    ...hour,
    bid: hour.bid.map((n, i) => n + nth(by, i)),
    ask: hour.ask.map((n, i) => n + nth(by, i)),
    sides: hour.sides.map((sides, i) => (i > 0 && nth(by, i) !== nth(by, i - 1) ? BOTH : sides)),
  }
}
