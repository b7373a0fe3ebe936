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
