import type { Group } from './groups'

/** A symbol as the broker's clerk would write it down. */
export interface Listing {
  readonly id: number
  readonly name: string
  readonly base: string
  readonly quote: string
  readonly description: string
  readonly category: number
  readonly group: Group
  readonly digits: number
  readonly pip: number
  /** Units of the base asset in a lot, and the least, and the step, as parts of a lot; the most in lots. */
  readonly lot: number
  readonly least: number
  readonly most: number
  /** In the currency that the type of the group says, or in percent of the value. */
  readonly commission: number
  /** In USD, for each deal. */
  readonly leastCommission?: number
  /** Long and short, in what the group reckons swaps in. */
  readonly swap: readonly [number, number]
  /** In 0.01 % of the gross profit, where it is not in the currency of the account. */
  readonly conversionFee?: number
  readonly closeOnly?: boolean
  /** Around which the price goes. */
  readonly price: number
  /** How it moves: see `Character`. */
  readonly sweep: number
  readonly changes: number
  readonly spread: number
  readonly extraSpread: number
}
