import type { Quote, Tick } from '../model/market'
import { HOUR } from '../../../time/constants'
import { BEGINNING } from '../calendar/newYork'
import * as random from '../model/random'
import type { Series, TradedHour } from './series'
import { ASK, BID } from './ticks'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { floor, max } = Math
const { nth } = random

/** Quotes and ticks of one symbol, in 1/100000. */
export interface Quotes {
  readonly quoteAt: (at: number) => Quote
  readonly nextTick: (after: number) => Tick
  readonly ticksBetween: (from: number, to: number) => Iterable<Tick>
  readonly ticksBack: (from: number, to: number) => Iterable<Tick>
}

/** The beginning of the hour of a time. */
export const hourStart = (at: number): number => floor(at / HOUR) * HOUR

/** How many ticks of an hour come at or before a time. */
export const countTicks = ({ time, start, count }: TradedHour, at: number): number => {
  const within = at - start
  let from = 0
  let to = count
  while (from < to) {
    const middle = (from + to) >>> 1
    if (nth(time, middle) <= within) from = middle + 1
    else to = middle
  }
  return from
}

export const createQuotes = ({ hourAt, hourAfter, hourBefore }: Series, step: number): Quotes => {
  const tick = ({ start, time, bid, ask, sides }: TradedHour, i: number): Tick => {
    const at = start + nth(time, i)
    switch (sides[i]) {
      case BID:
        return { at, bid: nth(bid, i) * step }
      case ASK:
        return { at, ask: nth(ask, i) * step }
      default:
        return { at, bid: nth(bid, i) * step, ask: nth(ask, i) * step }
    }
  }

  const quote = ({ start, time, bid, ask }: TradedHour, i: number): Quote => ({
    bid: nth(bid, i) * step,
    ask: nth(ask, i) * step,
    at: start + nth(time, i),
  })

  return {
    quoteAt: at => {
      const hour = hourAt(hourStart(at))
      const until = hour ? countTicks(hour, at) : 0
      if (hour && until > 0) return quote(hour, until - 1)
      const before = hourBefore(hourStart(at))
      return quote(before, before.count - 1)
    },
    nextTick: after => {
      const hour = hourAt(hourStart(after))
      const next = hour ? countTicks(hour, after) : 0
      return hour && next < hour.count ? tick(hour, next) : tick(hourAfter(hourStart(after)), 0)
    },
    *ticksBetween(from, to) {
      const first = hourStart(max(from, BEGINNING))
      let hour = hourAt(first) ?? hourAfter(first)
      for (; hour.start <= to; hour = hourAfter(hour.start)) {
        const end = countTicks(hour, to)
        for (let i = countTicks(hour, from - 1); i < end; i += 1) yield tick(hour, i)
      }
    },
    *ticksBack(from, to) {
      let hour = hourAt(hourStart(to)) ?? hourBefore(hourStart(to))
      for (; hour.start + HOUR > max(from, BEGINNING); hour = hourBefore(hour.start)) {
        const end = countTicks(hour, from - 1)
        for (let i = countTicks(hour, to) - 1; i >= end; i -= 1) yield tick(hour, i)
      }
    },
  }
}
