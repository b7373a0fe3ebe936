import { assets, instruments } from './instruments'
import type { Json } from './wire'

/** What hardly changes: assets and symbols. */

const light = instruments.map(({ symbolId, name, baseAssetId, quoteAssetId }) => ({
  symbolId,
  symbolName: name,
  enabled: true,
  baseAssetId,
  quoteAssetId,
}))

const full = instruments.map(({ symbolId, digits, pipPosition }) => ({
  symbolId,
  digits,
  pipPosition,
  lotSize: 10_000_000,
  minVolume: 100_000,
  stepVolume: 100_000,
  maxVolume: 10_000_000_000,
  schedule: [{ startSecond: 0, endSecond: 604_800 }],
  scheduleTimeZone: 'UTC',
  tradingMode: 0,
}))

interface Asked {
  readonly symbolId?: number | readonly number[]
  readonly firstAssetId?: number
  readonly lastAssetId?: number
  readonly volume?: readonly number[]
}

const isBetween =
  (first: number | undefined, last: number | undefined) =>
  ({ baseAssetId, quoteAssetId }: (typeof light)[number]): boolean =>
    (baseAssetId === first && quoteAssetId === last) || (baseAssetId === last && quoteAssetId === first)

/** By payload type: the fields of the answer besides the account. */
export const reference: Readonly<Record<number, (asked: Asked) => Json>> = {
  2112: () => ({ asset: assets }),
  2114: () => ({ symbol: light }),
  2116: ({ symbolId = [] }) => ({
    symbol: full.filter(one => [symbolId].flat().includes(one.symbolId)),
  }),
  2118: ({ firstAssetId, lastAssetId }) => ({ symbol: light.filter(isBetween(firstAssetId, lastAssetId)) }),
  2139: ({ volume = [] }) => ({
    margin: volume.map(one => ({
      volume: one,
      buyMargin: Math.round(one / 100),
      sellMargin: Math.round(one / 100),
    })),
    moneyDigits: 2,
  }),
  2167: () => ({ marginCall: [] }),
}
