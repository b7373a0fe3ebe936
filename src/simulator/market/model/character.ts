/** How the price of a symbol moves: what its terms do not say. */
export interface Character {
  /** Around which its price goes, in units of the quote asset. */
  readonly price: number
  /** What makes it move, and how much: the assets whose walks are added and taken away. */
  readonly up: Walker
  readonly down: Walker
  /** How far its day reaches beyond open and close, as a part of the price. */
  readonly sweep: number
  /** Changes of a side on a usual day. */
  readonly changes: number
  /** The least spread, in the smallest steps of the price. */
  readonly spread: number
  /** What comes on top of it at most in quiet times, in the same. */
  readonly extraSpread: number
  /** How busy each hour of the day is, from 17:00 New York; what is closed does not matter. */
  readonly hours: readonly number[]
}

/** An asset whose worth wanders. */
export interface Walker {
  readonly assetId: number
  /** How much in a day, as a part of it. */
  readonly pace: number
  /** Whether it wanders at weekends too. */
  readonly weekends: boolean
}
