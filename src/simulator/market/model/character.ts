/** How the price of a symbol moves. Its terms do not say that. */
export interface Character {
  /** The price moves around it, in units of the quote asset. */
  readonly price: number
  /** The assets whose walks are added and subtracted. */
  readonly up: Walker
  readonly down: Walker
  /** How far the range of a day goes beyond open and close, as a part of the price. */
  readonly sweep: number
  /** Changes of a side on a usual day. */
  readonly changes: number
  /** The minimum spread, in the smallest steps of the price. */
  readonly spread: number
  /** The maximum added to it in quiet times, in the same steps. */
  readonly extraSpread: number
  /** How busy each hour of the day is, from 17:00 New York. Closed hours do not matter. */
  readonly hours: readonly number[]
}

/** An asset whose value moves at random. */
export interface Walker {
  readonly assetId: number
  /** How much it moves in a day, as a part of its value. */
  readonly pace: number
  /** Whether it moves at weekends too. */
  readonly weekends: boolean
}
