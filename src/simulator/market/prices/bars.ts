import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { barOfTicks, dayBars, mergeBars } from './fold'
import { createForming } from './forming'
import type { Bar, Market } from '../model/market'
import { MINUTE } from '../../../time/constants'
import { BEGINNING, toTradingDay, openingTime } from '../calendar/newYork'
import { toPeriod } from '../calendar/periods'
import { hourStart } from './quotes'
import { nth } from '../model/random'
import type { Series, TradedHour } from './series'

type Range = Parameters<Market['barsBetween']>[2]

/** Bars of one symbol, in 1/100000. */
export interface Bars {
  readonly openingAt: (period: ProtoOATrendbarPeriod, at: number) => number
  /** Call this after a shift. */
  readonly forget: () => void
  readonly formingBar: (period: ProtoOATrendbarPeriod, at: number) => Bar | undefined
  readonly barsBetween: (period: ProtoOATrendbarPeriod, range: Range) => readonly Bar[]
}

const minuteBars = (hour: TradedHour): Bar[] =>
  Array.from({ length: 60 }, (_, minute) => minute).flatMap(minute => {
    const from = nth(hour.minutes, minute)
    const to = nth(hour.minutes, minute + 1)
    return from < to ? [barOfTicks(hour, from, to, hour.start + minute * MINUTE)] : []
  })

/** Merges the bars that belong to the same longer bar. */
const grouped = (parts: readonly Bar[], openingAt: (at: number) => number): Bar[] => {
  const bars: Bar[] = []
  let group: Bar[] = []
  let opening = NaN
  const close = (): void => {
    const bar = mergeBars(group, opening)
    if (bar) bars.push(bar)
  }
  for (const part of parts) {
    const own = openingAt(part.openedAt)
    if (own !== opening) {
      close()
      group = []
      opening = own
    }
    group.push(part)
  }
  close()
  return bars
}

export const createBars = (series: Series, step: number): Bars => {
  const { dayBar, hourBars, hourAt, hourBefore } = series
  const priced = ({ openedAt, open, high, low, close, volume }: Bar): Bar => ({
    openedAt,
    open: open * step,
    high: high * step,
    low: low * step,
    close: close * step,
    volume,
  })

  const forming = createForming(series)

  /** All bars, newest first, from the bar that holds a time. */
  function* backFrom(period: ProtoOATrendbarPeriod, at: number): Iterable<Bar> {
    const { parts, openingAt } = toPeriod(period)
    if (parts === 'ticks') {
      let hour = hourAt(hourStart(at)) ?? hourBefore(at)
      for (; ; hour = hourBefore(hour.start)) yield* grouped(minuteBars(hour), openingAt).reverse()
    }
    if (parts === 'hours')
      for (let day = toTradingDay(at); ; day -= 1) yield* grouped(hourBars(day), openingAt).reverse()
    let opening = openingAt(at)
    for (; ; opening = openingAt(opening - 1)) {
      const first = toTradingDay(opening)
      let end = first + 1
      while (openingAt(openingTime(end)) === opening) end += 1
      const bar = mergeBars(dayBars(dayBar, first, end), opening)
      if (bar) yield bar
    }
  }

  const formingBar: Bars['formingBar'] = (period, at) => {
    const bar = forming.barAt(period, at)
    return bar && priced(bar)
  }

  return {
    openingAt: (period, at) => toPeriod(period).openingAt(at),
    forget: forming.forget,
    formingBar,
    barsBetween: (period, { from, to, now, count = Infinity }) => {
      const first = Math.max(from, BEGINNING)
      const last = Math.min(to, now)
      const unfinished = toPeriod(period).openingAt(now)
      const bars: Bar[] = []
      if (last < first || count <= 0) return bars
      for (const bar of backFrom(period, last)) {
        if (bar.openedAt < first) break
        if (bar.openedAt > last) continue
        const seen = bar.openedAt === unfinished ? formingBar(period, now) : priced(bar)
        if (seen) bars.push(seen)
        if (bars.length >= count) break
      }
      return bars.reverse()
    },
  }
}
