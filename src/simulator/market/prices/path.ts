import * as random from '../model/random'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { abs, max, min, round, sqrt } = Math
const { nth, uniform } = random

/** The totals of a price path, in the smallest steps of the price. */
export interface Shape {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** The minimum number of prices in a path, and the minimum distance from its low to its high. */
export const LEAST_PRICES = 4
export const LEAST_RANGE = 2

// The range of a random walk is 1.25 times the total of its steps. Even steps of 1 have a total of 0.577 each.
const RANGE_OF_STEPS = 0.72

const between = (n: number, least: number, most: number): number => max(least, min(n, most))

/** Turns back at the bounds. */
const folded = (price: number, { high, low }: Shape): number =>
  between(price > high ? 2 * high - price : price < low ? 2 * low - price : price, low, high)

/** The nearest price within the bounds that is different from two others. */
const other = (price: number, { high, low }: Shape, last: number, next: number, up: boolean): number => {
  for (let away = 0; ; away += 1)
    for (let side = up ? 1 : -1, turn = 0; turn < 2; side = -side, turn += 1) {
      const near = price + side * away
      if (near !== last && near !== next && near >= low && near <= high) return near
    }
}

/**
 * Writes a number of prices that begin at the open, touch the high and the low, and end at the close. They never
 * leave these bounds and never repeat. They are random walks between these four points.
 */
export const writePath = (shape: Shape, count: number, key: number, path: Int32Array): void => {
  const { open, high, low, close } = shape
  const highFirst = uniform(key, -1) < (close > open ? 0.2 : 0.8)
  const first = highFirst ? high : low
  const second = highFirst ? low : high
  const last = count - 1

  // A longer distance between two points takes more steps.
  const range = high - low
  const leg = (distance: number, n: number): number =>
    distance === 0 ? 0 : distance + range * 0.3 * uniform(key, n)
  const toFirst = leg(abs(first - open), -2)
  const toSecond = leg(range, -3)
  const toClose = leg(abs(close - second), -4)
  const pace = last / (toFirst + toSecond + toClose)
  const turn = (due: number, least: number, most: number): number => between(round(due), least, most)
  const roomAtEnd = toClose > 0 ? 1 : 0
  const firstAt = toFirst > 0 ? turn(pace * toFirst, 1, last - roomAtEnd - 1) : 0
  const secondAt = toClose > 0 ? turn(pace * (toFirst + toSecond), firstAt + 1, last - 1) : last

  const step = range / (RANGE_OF_STEPS * sqrt(count))
  let price = open
  path[0] = open
  const walk = (from: number, to: number, target: number): void => {
    for (let i = from + 1; i < to; i += 1) {
      const chance = uniform(key, i)
      price = folded(price + (target - price) / (to - i + 1) + step * (2 * chance - 1), shape)
      const isLast = i === to - 1
      const before = nth(path, i - 1)
      path[i] = other(round(price), shape, before, isLast ? target : before, chance > 0.5)
    }
    price = target
    path[to] = target
  }
  if (firstAt > 0) walk(0, firstAt, first)
  walk(firstAt, secondAt, second)
  if (secondAt < last) walk(secondAt, last, close)
}
