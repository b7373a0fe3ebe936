import type { Bar } from '../../simulator/market/model/market'

/** The bid from a time on, and how many sides changed then. */
export interface BidStep {
  readonly at: number
  readonly bid: number
  readonly sides: number
}

/** The bars of bids that are in the order of time. */
export const foldTicks = (bids: readonly BidStep[], openingOf: (at: number) => number): readonly Bar[] => {
  const bars: Bar[] = []
  for (const { at, bid, sides } of bids) {
    const openedAt = openingOf(at)
    const last = bars.at(-1)
    if (last?.openedAt === openedAt)
      bars[bars.length - 1] = {
        ...last,
        high: Math.max(last.high, bid),
        low: Math.min(last.low, bid),
        close: bid,
        volume: last.volume + sides,
      }
    else bars.push({ openedAt, open: bid, high: bid, low: bid, close: bid, volume: sides })
  }
  return bars
}

/** The bars after a forming one. The first of them may continue it. */
export const joinBars = (forming: Bar | undefined, [first, ...others]: readonly Bar[]): readonly Bar[] => {
  if (!forming) return first ? [first, ...others] : []
  if (!first) return [forming]
  if (first.openedAt !== forming.openedAt) return [forming, first, ...others]
  const { open, high, low, volume } = forming
  return [
    {
      ...first,
      open,
      high: Math.max(high, first.high),
      low: Math.min(low, first.low),
      volume: volume + first.volume,
    },
    ...others,
  ]
}

/** The bar that opens at a time, from the bids up to another time; `undefined` without one. */
export type FormingBar = (openedAt: number, now: number) => Bar | undefined

/**
 * Folds the bids of a forming bar. It is asked for after each tick, so it goes on from the last answer if nothing was
 * drawn in between.
 */
export const createFormingBar = (
  bidsBetween: (from: number, to: number) => readonly BidStep[],
  revision: () => number,
): FormingBar => {
  let known: { readonly bar: Bar | undefined; readonly openedAt: number; readonly until: number } | undefined
  let revised = NaN
  return (openedAt, now) => {
    if (known?.openedAt !== openedAt || known.until > now || revised !== revision())
      known = { bar: undefined, openedAt, until: openedAt - 1 }
    revised = revision()
    const [later] = foldTicks(bidsBetween(known.until + 1, now), () => openedAt)
    const [bar] = joinBars(known.bar, later ? [later] : [])
    known = { bar, openedAt, until: now }
    return bar
  }
}
