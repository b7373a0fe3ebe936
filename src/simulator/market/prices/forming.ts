import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { createCache } from '../model/cache'
import { barOfTicks, dayBars, mergeBars } from './fold'
import type { Bar } from '../model/market'
import { toTradingDay, openingTime } from '../calendar/newYork'
import { toPeriod } from '../calendar/periods'
import { hourStart, countTicks } from './quotes'
import type { Series, TradedHour } from './series'

/** Forming bars of one symbol, in the smallest steps of the price. */
export interface Forming {
  readonly barAt: (period: ProtoOATrendbarPeriod, at: number) => Bar | undefined
  /** Call this after a shift. */
  readonly forget: () => void
}

/** The part of a bar before an hour. */
interface Begun {
  readonly opening: number
  readonly bar: Bar | undefined
}

/** How many ticks of an hour were counted last. */
interface Counted {
  readonly hour: TradedHour
  readonly from: number
  readonly to: number
  readonly bar: Bar
}

const PERIODS = 16 // and more than there are
const BEGUN_KEPT = 2 * PERIODS

/** Read tick by tick, as for live bars, it processes each tick once. */
export const createForming = ({ dayBar, hourBars, hourAt }: Series): Forming => {
  const begun = createCache<Begun>(BEGUN_KEPT)
  const counted = new Map<ProtoOATrendbarPeriod, Counted>()

  const beginning = (period: ProtoOATrendbarPeriod, start: number): Begun => {
    const opening = toPeriod(period).openingAt(start)
    const day = toTradingDay(start)
    const parts = [
      ...(opening < openingTime(day) ? dayBars(dayBar, toTradingDay(opening), day) : []),
      ...hourBars(day).filter(({ openedAt }) => openedAt >= opening && openedAt < start),
    ]
    return { opening, bar: mergeBars(parts, opening) }
  }

  const count = (period: ProtoOATrendbarPeriod, hour: TradedHour, from: number, to: number): Bar => {
    const last = counted.get(period)
    const goesOn = last?.hour === hour && last.from === from && last.to <= to
    const bar = goesOn
      ? barOfTicks(hour, last.to, to, hour.start, last.bar)
      : barOfTicks(hour, from, to, hour.start)
    counted.set(period, { hour, from, to, bar })
    return bar
  }

  return {
    barAt: (period, at) => {
      const start = hourStart(at)
      const { parts, openingAt } = toPeriod(period)
      const before: Begun =
        parts === 'ticks'
          ? { opening: openingAt(at), bar: undefined }
          : begun.get(start * PERIODS + period, () => beginning(period, start))
      const hour = hourAt(start)
      const from = hour ? countTicks(hour, before.opening - 1) : 0
      const to = hour ? countTicks(hour, at) : 0
      if (!hour || from === to) return before.bar
      const bar = count(period, hour, from, to)
      return mergeBars(before.bar ? [before.bar, bar] : [bar], before.opening)
    },
    forget: () => {
      begun.clear()
      counted.clear()
    },
  }
}
