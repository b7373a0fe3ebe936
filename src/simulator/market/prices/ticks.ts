import { MINUTE } from '../../../time/constants'
import { writePath } from './path'
import type { PlannedHour } from './hours'
import * as random from '../model/random'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { ceil, floor, max, min } = Math
const { partKey, nth, uniform } = random

/** The sides of a tick: one, the other or both. */
export const BID = 1
export const ASK = 2
export const BOTH = 3

/** An hour tick by tick: both sides after each tick, and which of them changed. */
export interface HourOfTicks {
  readonly count: number
  /** ms since the beginning of the hour, strictly rising */
  readonly time: Int32Array
  /** in the smallest steps of the price */
  readonly bid: Int32Array
  readonly ask: Int32Array
  /** BID, ASK or BOTH */
  readonly sides: Int32Array
  /** Where the ticks of each minute begin, and one more entry for the end. A minute with ticks begins with a bid. */
  readonly minutes: Int32Array
}

/** How many changes of a side a hundred ticks have. */
const CHANGES_PER_100 = 130

const MINUTES_PART = 1
const TIME_PART = 2
const SIDES_PART = 3
const BID_PART = 4
const ASK_PART = 5

const byMinute = ({ key, start, from, to }: PlannedHour, count: number): Int32Array => {
  const minutesKey = partKey(key, MINUTES_PART)
  const first = floor((from - start) / MINUTE)
  const end = ceil((to - start) / MINUTE)
  const weights = Array.from({ length: 60 }, (_, minute) =>
    minute >= first && minute < end ? 0.1 + 1.8 * uniform(minutesKey, minute) : 0,
  )
  const weight = weights.reduce((sum, part) => sum + part, 0)
  const minutes = new Int32Array(61)
  let sum = 0
  for (let minute = 0; minute < 60; minute += 1) {
    sum += weights[minute] ?? 0
    minutes[minute + 1] = minute + 1 < end ? floor((count * sum) / weight) : count
  }
  return minutes
}

/** Spreads the ticks of each minute over it, each in its own slot. */
const writeTimes = ({ key, start, from, to }: PlannedHour, minutes: Int32Array, time: Int32Array): void => {
  const timeKey = partKey(key, TIME_PART)
  for (let minute = 0; minute < 60; minute += 1) {
    const begin = max(minute * MINUTE, from - start)
    const length = min((minute + 1) * MINUTE, to - start) - begin
    const first = nth(minutes, minute)
    const count = nth(minutes, minute + 1) - first
    for (let i = 0; i < count; i += 1) {
      const slot = floor((i * length) / count)
      const width = floor(((i + 1) * length) / count) - slot
      time[first + i] = begin + slot + floor(uniform(timeKey, first + i) * width)
    }
  }
}

/**
 * Chooses the sides of all ticks so that they add up to the volume. The first and the last tick have both. Returns
 * how many have a bid.
 */
const writeSides = (
  { key, volume }: PlannedHour,
  count: number,
  minutes: Int32Array,
  sides: Int32Array,
): number => {
  const sidesKey = partKey(key, SIDES_PART)
  const last = count - 1
  let both = volume - count - 2
  let bids = 2
  let minute = 0
  sides[0] = BOTH
  sides[last] = BOTH
  for (let i = 1; i < last; i += 1) {
    while (nth(minutes, minute) < i) minute += 1
    const chance = uniform(sidesKey, i) * (last - i)
    const isFirstOfMinute = nth(minutes, minute) === i
    if (chance < both) {
      both -= 1
      sides[i] = BOTH
    } else sides[i] = isFirstOfMinute || chance < both + (last - i - both) / 2 ? BID : ASK
    if (sides[i] !== ASK) bids += 1
  }
  return bids
}

/** The bid after each tick. The path is written where the asks will be. */
const writeBids = (
  hour: PlannedHour,
  bids: number,
  sides: Int32Array,
  bid: Int32Array,
  path: Int32Array,
): void => {
  writePath(hour, bids, partKey(hour.key, BID_PART), path)
  let next = 0
  for (let i = 0; i < bid.length; i += 1) {
    if (sides[i] !== ASK) next += 1
    bid[i] = nth(path, next - 1)
  }
}

/** The ask after each tick. It is above every bid until it changes again, and never repeats. */
const writeAsks = (
  { key, askBefore, askAfter, extraSpread }: PlannedHour,
  spread: number,
  sides: Int32Array,
  bid: Int32Array,
  ask: Int32Array,
): void => {
  const askKey = partKey(key, ASK_PART)
  const last = bid.length - 1
  let standing = askBefore
  let i = 0
  while (i < last) {
    let highest = nth(bid, i)
    let next = i + 1
    for (; sides[next] === BID; next += 1) highest = max(highest, nth(bid, next))
    const chance = uniform(askKey, i)
    let price = max(nth(bid, i) + spread + floor(chance * chance * (extraSpread + 1)), highest + spread)
    while (price === standing || (next === last && price === askAfter)) price += 1
    standing = price
    for (; i < next; i += 1) ask[i] = price
  }
  ask[last] = askAfter
}

/** Four arrays of that length in one buffer. */
const columns = (count: number): [Int32Array, Int32Array, Int32Array, Int32Array] => {
  const all = new Int32Array(4 * count)
  const column = (n: number): Int32Array => all.subarray(n * count, (n + 1) * count)
  return [column(0), column(1), column(2), column(3)]
}

/** Makes the ticks of an hour; `spread` is the minimum spread. */
export const playHour = (hour: PlannedHour, spread: number): HourOfTicks => {
  const count = floor((hour.volume * 100) / CHANGES_PER_100)
  const minutes = byMinute(hour, count)
  const [time, bid, ask, sides] = columns(count)
  writeTimes(hour, minutes, time)
  const bids = writeSides(hour, count, minutes, sides)
  writeBids(hour, bids, sides, bid, ask)
  writeAsks(hour, spread, sides, bid, ask)
  return { count, time, bid, ask, sides, minutes }
}
