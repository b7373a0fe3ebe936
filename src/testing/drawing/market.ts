import type { Bar, Level, Market, Quote, Tick } from '../../simulator/market/model/market'
import { chainRate } from '../../simulator/market/model/conversion'
import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { toPrice } from '../../protocol/units'
import { createFormingBar, foldTicks, joinBars } from './bars'
import type { BidStep, FormingBar } from './bars'
import { createSteps } from './steps'
import type { DrawnTick, Steps } from './steps'
import { omitUndefined } from '../../util/omitUndefined'

/** A market in which only drawn prices change. */
export interface DrawnMarket extends Market {
  /** Throws if a side would have two prices at the same time. */
  readonly draw: (ticks: readonly DrawnTick[]) => void
  /** The first quote of each symbol whose bid is above its ask, as a text for people. */
  readonly crossed: () => readonly string[]
}

const tickOf = ({ at, bid, ask }: Tick): Tick => ({
  at,
  ...omitUndefined({ bid, ask }),
})

/** How many sides a tick changes: the volume of bars counts them. */
const sidesOf = ({ bid, ask }: Tick): number => (bid === undefined ? 0 : 1) + (ask === undefined ? 0 : 1)

/** The book around a quote: the opening book, moved. An id stands for one price of one side. */
const movedBook = (book: readonly Level[], from: Quote, to: Quote): readonly Level[] =>
  book.map(level => {
    const price = level.price + to[level.side] - from[level.side]
    return { ...level, price, id: price * 2 + (level.side === 'bid' ? 0 : 1) }
  })

/** Both sides of a symbol at the start. */
type Opening = (symbolId: number) => Quote

/**
 * A market with the simulator's past. From the start on, its prices stay as they are then, or as `opening` says,
 * except for what is drawn. Bars, ticks, fills and triggers follow the drawn prices.
 */
export const drawnMarket = (
  past: Market,
  start: number,
  opening: Opening = symbolId => past.quoteAt(symbolId, start),
): DrawnMarket => {
  const drawn = new Map<number, Steps>()
  const stepsOf = (symbolId: number): Steps => {
    const steps = drawn.get(symbolId) ?? createSteps(opening(symbolId))
    drawn.set(symbolId, steps)
    return steps
  }

  const quoteAt: Market['quoteAt'] = (symbolId, at) => {
    if (at < start) return past.quoteAt(symbolId, at)
    const { bid, ask, at: since } = stepsOf(symbolId).lastAt(at) ?? opening(symbolId)
    return { bid, ask, at: since }
  }
  const checkClash = (tick: DrawnTick): void => {
    const there = stepsOf(tick.symbolId).toldAt(tick.at)
    if (!tick.told || !there) return
    for (const side of ['bid', 'ask'] as const) {
      const [one, other] = [there[side], tick[side]]
      if (one === undefined || other === undefined || one === other) continue
      const prices = `${toPrice(one)} and ${toPrice(other)}`
      throw new Error(
        `symbol ${tick.symbolId} has two ${side}s at one time, ${prices}, ${tick.at - start} ms after the start: draw them a ms apart`,
      )
    }
  }
  const draw: DrawnMarket['draw'] = ticks => {
    for (const tick of ticks) {
      checkClash(tick)
      stepsOf(tick.symbolId).put(tick)
    }
  }
  const ticksAfter = (symbolId: number, from: number, to: number): readonly Tick[] =>
    stepsOf(symbolId)
      .between(from, to)
      .map(({ change }) => tickOf(change))

  const barOpening = past.barOpening
  const bidsBetween = (symbolId: number, from: number, to: number): readonly BidStep[] =>
    stepsOf(symbolId)
      .between(from, to)
      .map(({ at, bid, change }) => ({ at, bid, sides: sidesOf(change) }))
  /** The bars of the drawn prices up to a time. The first one continues the last bar of the past. */
  const barsSince = (symbolId: number, period: ProtoOATrendbarPeriod, now: number): readonly Bar[] =>
    foldTicks(bidsBetween(symbolId, -Infinity, now), at => barOpening(symbolId, period, at))
  const forming = new Map<string, FormingBar>()
  const formingOf = (symbolId: number, period: ProtoOATrendbarPeriod): FormingBar => {
    const key = `${symbolId} ${period}`
    const known =
      forming.get(key) ??
      createFormingBar(
        (from, to) => bidsBetween(symbolId, from, to),
        () => stepsOf(symbolId).revision(),
      )
    forming.set(key, known)
    return known
  }
  const allBars = (symbolId: number, period: ProtoOATrendbarPeriod, now: number): readonly Bar[] => {
    const forming = past.formingBar(symbolId, period, Math.min(now, start))
    return joinBars(forming, barsSince(symbolId, period, now))
  }

  return {
    catalogue: past.catalogue,
    symbol: past.symbol,
    isOpen: past.isOpen,
    barOpening,
    conversionChain: past.conversionChain,
    quoteAt,
    draw,
    crossed: () =>
      [...drawn].flatMap(([symbolId, steps]) => {
        const step = steps.between(start, Infinity).find(({ bid, ask }) => bid > ask)
        if (!step) return []
        const [bid, ask] = [toPrice(step.bid), toPrice(step.ask)]
        return [
          `symbol ${symbolId} has the bid ${bid} above the ask ${ask}, ${step.at - start} ms after the start`,
        ]
      }),
    nextTick: (symbolId, after) => {
      const next = stepsOf(symbolId).nextTold(after)
      const before = after < start ? past.nextTick(symbolId, after) : undefined
      if (before && before.at <= start && !(next && next.at <= before.at)) return before
      return next ? tickOf(next.change) : { at: Infinity }
    },
    ticksBetween: (symbolId, from, to) => [
      ...past.ticksBetween(symbolId, from, Math.min(to, start)),
      ...ticksAfter(symbolId, from, to),
    ],
    ticksBack: (symbolId, from, to) => [
      ...[...ticksAfter(symbolId, from, to)].reverse(),
      ...past.ticksBack(symbolId, from, Math.min(to, start)),
    ],
    formingBar: (symbolId, period, at) => {
      const opening = barOpening(symbolId, period, at)
      const drawnBar = formingOf(symbolId, period)(opening, at)
      const before = past.formingBar(symbolId, period, Math.min(at, start))
      return before?.openedAt === opening ? joinBars(before, drawnBar ? [drawnBar] : [])[0] : drawnBar
    },
    barsBetween: (symbolId, period, { from, to, now, count }) => {
      const recent = allBars(symbolId, period, now).filter(
        ({ openedAt }) => openedAt >= from && openedAt <= to,
      )
      const since = recent[0]?.openedAt ?? Infinity
      const older = past
        .barsBetween(symbolId, period, {
          from,
          to,
          now: Math.min(now, start),
          ...omitUndefined({ count }),
        })
        .filter(({ openedAt }) => openedAt < since)
      const bars = [...older, ...recent]
      return count === undefined ? bars : bars.slice(Math.max(0, bars.length - count))
    },
    firstReach: (symbolId, side, beyond, price, after, until) => {
      const before =
        after < start
          ? past.firstReach(symbolId, side, beyond, price, after, Math.min(until, start))
          : undefined
      return (
        before ??
        stepsOf(symbolId)
          .between(after, until)
          .find(
            step => step.at > after && (beyond === 'atOrBelow' ? step[side] <= price : step[side] >= price),
          )?.at
      )
    },
    bookAt: (symbolId, at) =>
      movedBook(
        past.bookAt(symbolId, Math.min(at, start)),
        past.quoteAt(symbolId, Math.min(at, start)),
        quoteAt(symbolId, at),
      ),
    sessionClose: (symbolId, at) =>
      quoteAt(symbolId, barOpening(symbolId, ProtoOATrendbarPeriod.D1, at) - 1).bid,
    rate: (from, to, at) => {
      const chain = past.conversionChain(from, to)
      if (!chain) return past.rate(from, to, at)
      return chainRate(chain, from, symbolId => {
        const { bid, ask } = quoteAt(symbolId, at)
        return (bid + ask) / 200_000
      })
    },
    // A shift is one more tick at the next possible time. Prices that are drawn for later do not change.
    shift: (symbolId, by, at) => {
      const { bid, ask } = quoteAt(symbolId, at + 1)
      stepsOf(symbolId).put({ symbolId, at: at + 1, bid: bid + by, ask: ask + by, told: true })
    },
  }
}
