import * as fc from 'fast-check'
import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import { catalogue } from '../../../src/simulator/market/catalogue/catalogue'
import { createMarket } from '../../../src/simulator/market/createMarket'
import type { Bar, Market, Tick } from '../../../src/simulator/market/model/market'

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

export const EURUSD = 1
export const BTCUSD = 114
export const AAPL = 201

/** A Wednesday noon in winter. */
export const WEDNESDAY_NOON = Date.UTC(2026, 0, 7, 12)

export const utc = (iso: string): number => Date.parse(`${iso}Z`)

const made = new Map<number, Market>()

/** The market of a seed. One that was asked before has to answer like a new one, so that few will do. */
export const marketOf = (seed: number): Market => {
  const market = made.get(seed) ?? createMarket(seed)
  made.set(seed, market)
  return market
}

export const seeds = fc.constantFrom(1, 42, -7, 0.5, 2 ** 40 + 1)
export const symbolIds = fc.constantFrom(...catalogue.symbols.map(({ light }) => light.symbolId))
export const periods = fc.constantFrom(...Object.values(ProtoOATrendbarPeriod))

/** Any time from 2000 to 2100, and more often one where something changes. */
export const times = fc.oneof(
  fc.integer({ min: utc('2000-02-01T00:00'), max: utc('2100-01-01T00:00') }),
  fc
    .constantFrom(
      utc('2026-01-09T22:00'), // a week ends
      utc('2026-01-11T22:00'), // and begins
      utc('2026-01-13T22:00'), // a day turns
      utc('2026-03-08T07:00'), // summer time begins
      utc('2026-11-01T06:00'), // and ends
      utc('2006-04-02T07:00'), // as it did before 2007
      utc('2026-01-31T22:00'), // a month turns on a weekend
      utc('2024-02-29T22:00'), // and on a weekday
      utc('2026-01-07T14:30'), // the exchanges open
      utc('2026-01-07T21:00'), // and close
    )
    .chain(at => fc.integer({ min: -2 * HOUR, max: 2 * HOUR }).map(away => at + away)),
)

export const ticksOf = (market: Market, symbolId: number, from: number, to: number): Tick[] => [
  ...market.ticksBetween(symbolId, from, to),
]

/** The bar that ticks make, by its definition. */
export const barOf = (ticks: readonly Tick[], openedAt: number): Bar | undefined => {
  const bids = ticks.flatMap(({ bid }) => (bid === undefined ? [] : [bid]))
  const [open] = bids
  const close = bids.at(-1)
  if (open === undefined || close === undefined) return undefined
  return {
    openedAt,
    open,
    high: bids.reduce((a, b) => Math.max(a, b)),
    low: bids.reduce((a, b) => Math.min(a, b)),
    close,
    volume: ticks.reduce(
      (sum, { bid, ask }) => sum + (bid === undefined ? 0 : 1) + (ask === undefined ? 0 : 1),
      0,
    ),
  }
}
