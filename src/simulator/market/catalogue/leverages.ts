import type { ProtoOADynamicLeverage } from '../../../protocol/messages/symbols'

export const FX_LEVERAGE = 1
export const METAL_LEVERAGE = 2
export const INDEX_LEVERAGE = 3
export const CRYPTO_LEVERAGE = 4
export const SHARE_LEVERAGE = 5

const millions = (usd: number): number => usd * 1_000_000 * 100

/** Volumes are in cents of USD. */
export const leverages: readonly ProtoOADynamicLeverage[] = [
  {
    leverageId: FX_LEVERAGE,
    tiers: [
      { volume: millions(5), leverage: 500 },
      { volume: millions(10), leverage: 200 },
      { volume: millions(50), leverage: 100 },
    ],
  },
  {
    leverageId: METAL_LEVERAGE,
    tiers: [
      { volume: millions(1), leverage: 200 },
      { volume: millions(5), leverage: 100 },
      { volume: millions(20), leverage: 50 },
    ],
  },
  {
    leverageId: INDEX_LEVERAGE,
    tiers: [
      { volume: millions(1), leverage: 100 },
      { volume: millions(5), leverage: 50 },
    ],
  },
  {
    leverageId: CRYPTO_LEVERAGE,
    tiers: [
      { volume: millions(0.1), leverage: 20 },
      { volume: millions(1), leverage: 5 },
    ],
  },
  { leverageId: SHARE_LEVERAGE, tiers: [{ volume: millions(1), leverage: 20 }] },
]
