import type { Bar, Level, Market, Quote, Tick } from '../../simulator/market/market'
import { rateAlong } from '../../simulator/market/conversion'
import { ProtoOATrendbarPeriod } from '../../protocol/enums'
import { foldTicks, joined } from './bars'

/** A change of price at a time of the market, in 1/100000. */
export interface DrawnTick extends Tick {
  readonly symbolId: number
  /** Whether the server tells of it by itself. If not, it is the price from then on, and whoever draws it tells. */
  readonly told: boolean
}

/** A market that stands still but for what is drawn. */
export interface DrawnMarket extends Market {
  readonly draw: (ticks: readonly DrawnTick[]) => void
}

/** What the price is from a time on, and the change that made it so. */
interface Step extends Quote {
  readonly change: DrawnTick
}

const tickOf = ({ at, bid, ask }: Tick): Tick => ({
  at,
  ...(bid !== undefined && { bid }),
  ...(ask !== undefined && { ask }),
})

/** How many of its sides a tick changes: the volume of bars counts them. */
const sidesOf = ({ bid, ask }: Tick): number => (bid === undefined ? 0 : 1) + (ask === undefined ? 0 : 1)

/** The book around a quote: that of the start, moved. An id stands for one price of one side. */
const movedBook = (book: readonly Level[], from: Quote, to: Quote): readonly Level[] =>
  book.map(level => {
    const price = level.price + to[level.side] - from[level.side]
    return { ...level, price, id: price * 2 + (level.side === 'bid' ? 0 : 1) }
  })

/**
 * A market whose past is made up, as the simulator's, and whose prices stay from the start on as they then are, but
 * for what is drawn. Bars, ticks, fills and triggers follow what is drawn.
 */
export const drawnMarket = (past: Market, start: number): DrawnMarket => {
  const drawn = new Map<number, readonly Step[]>()
  const stepsOf = (symbolId: number): readonly Step[] => drawn.get(symbolId) ?? []

  const quoteAt: Market['quoteAt'] = (symbolId, at) => {
    const {
      bid,
      ask,
      at: since,
    } = stepsOf(symbolId)
      .filter(step => step.at <= at)
      .at(-1) ?? past.quoteAt(symbolId, Math.min(at, start))
    return { bid, ask, at: since }
  }
  const draw: DrawnMarket['draw'] = ticks => {
    for (const symbolId of new Set(ticks.map(tick => tick.symbolId))) {
      const added = ticks.filter(tick => tick.symbolId === symbolId)
      const all = [...stepsOf(symbolId).map(({ change }) => change), ...added].sort((a, b) => a.at - b.at)
      let { bid, ask } = past.quoteAt(symbolId, start)
      drawn.set(
        symbolId,
        all.map(change => {
          bid = change.bid ?? bid
          ask = change.ask ?? ask
          return { at: change.at, bid, ask, change }
        }),
      )
    }
  }
  const ticksAfter = (symbolId: number, from: number, to: number): readonly Tick[] =>
    stepsOf(symbolId).flatMap(({ at, change }) => (at >= from && at <= to ? [tickOf(change)] : []))

  const barOpening = past.barOpening
  /** The bars of what is drawn up to a time, the first going on where the past ends. */
  const barsSince = (symbolId: number, period: ProtoOATrendbarPeriod, now: number): readonly Bar[] =>
    foldTicks(
      stepsOf(symbolId).flatMap(({ at, bid, change }) =>
        at <= now ? [{ at, bid, sides: sidesOf(change) }] : [],
      ),
      at => barOpening(symbolId, period, at),
    )
  const allBars = (symbolId: number, period: ProtoOATrendbarPeriod, now: number): readonly Bar[] => {
    const forming = past.formingBar(symbolId, period, Math.min(now, start))
    return joined(forming, barsSince(symbolId, period, now))
  }

  return {
    catalogue: past.catalogue,
    symbol: past.symbol,
    isOpen: past.isOpen,
    barOpening,
    conversionChain: past.conversionChain,
    quoteAt,
    draw,
    nextTick: (symbolId, after) => {
      const before = after < start ? past.nextTick(symbolId, after) : undefined
      if (before && before.at <= start) return before
      const next = stepsOf(symbolId).find(({ at, change }) => at > after && change.told)
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
      return allBars(symbolId, period, at).find(({ openedAt }) => openedAt === opening)
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
          ...(count !== undefined && { count }),
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
        stepsOf(symbolId).find(
          step =>
            step.at > after &&
            step.at <= until &&
            (beyond === 'atOrBelow' ? step[side] <= price : step[side] >= price),
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
      return rateAlong(chain, from, symbolId => {
        const { bid, ask } = quoteAt(symbolId, at)
        return (bid + ask) / 200_000
      })
    },
    // News is one more tick; what is drawn for later stays as it is drawn.
    shift: (symbolId, by, at) => {
      if (by === 0) return
      const { bid, ask } = quoteAt(symbolId, at)
      draw([{ symbolId, at: at + 1, bid: bid + by, ask: ask + by, told: true }])
    },
  }
}
