import type { Group } from './groups'

/** A symbol in a short form. */
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
  /** `lot`: units of the base asset in a lot. `least` and `step`: parts of a lot. `most`: lots. */
  readonly lot: number
  readonly least: number
  readonly most: number
  /** In the currency of the group's commission type, or in percent of the value. */
  readonly commission: number
  /** In USD, for each deal. */
  readonly leastCommission?: number
  /** Long and short, in the unit of the group's swaps. */
  readonly swap: readonly [number, number]
  /** In 0.01 % of the gross profit, if the profit is not in the currency of the account. */
  readonly conversionFee?: number
  readonly closeOnly?: boolean
  /** The price moves around it. */
  readonly price: number
  /** How it moves: see `Character`. */
  readonly sweep: number
  readonly changes: number
  readonly spread: number
  readonly extraSpread: number
}
