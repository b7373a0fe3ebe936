import type { Position, Side } from './records'

/** Money is reckoned in fractions of whole numbers, and rounded once. */

/** The nearest whole number, a half away from zero. */
export const rounded = (numerator: bigint, denominator: bigint): number => {
  const sign = numerator < 0n ? -1n : 1n
  return Number((sign * (2n * sign * numerator + denominator)) / (2n * denominator))
}

/** What of the quote asset is a unit of the money of the account, as a fraction. */
export interface Rate {
  readonly numerator: bigint
  readonly denominator: bigint
}

/**
 * What it brings to sell a volume that was bought at an average price of `cost / opened`, or the reverse. In cents of
 * the account's money. A unit is 100 of the volume, and brings (price − cost / opened) / 100000 of the quote asset.
 */
export const profitOf = (
  { side, cost, opened }: Pick<Position, 'side' | 'cost' | 'opened'>,
  price: number,
  volume: number,
  { numerator, denominator }: Rate,
): number => {
  const gain = BigInt(price) * BigInt(opened) - BigInt(cost)
  const signed = side === 1 ? gain : -gain
  return rounded(signed * BigInt(volume) * denominator, 100_000n * BigInt(opened) * numerator)
}

/** Three cents for each hundredth of a lot, on either side of a trade. */
export const commissionOf = (volume: number): number => -rounded(3n * BigInt(volume), 100_000n)

/** The price that `cost` is on average, as the wire has it. */
export const averageOf = (cost: number, volume: number): number =>
  volume === 0 ? 0 : Number((cost / volume / 100_000).toFixed(10))

export const signOf = (side: Side): 1 | -1 => (side === 1 ? 1 : -1)
