/** How much of the master's volume a follower takes. */
export type Sizing =
  /** As much as its equity is of the master's. Both must have the same deposit currency. */
  | { readonly by: 'equity' }
  /** So many lots for each order of the master, however large that is. */
  | { readonly by: 'lots'; readonly lots: number }
  | { readonly by: 'multiplier'; readonly factor: number }

/** What a ratio is made of. */
export interface Proportions {
  readonly masterEquity: number
  readonly followerEquity: number
  /** The volume of the master's order, in lots. */
  readonly masterLots: number
}

/** Lots of the follower for each lot of the master. It is set once for a position, so that a close closes all of it. */
export const ratioOf = (sizing: Sizing, proportions: Proportions): number => {
  switch (sizing.by) {
    case 'equity':
      return proportions.followerEquity / proportions.masterEquity
    case 'lots':
      return sizing.lots / proportions.masterLots
    case 'multiplier':
      return sizing.factor
  }
}

/** The volumes that a symbol allows, in cents of a unit. */
export interface VolumeTerms {
  readonly lotSize?: number
  readonly minVolume?: number
  readonly stepVolume?: number
}

// #region target
/**
 * The volume that a follower should have, in cents, with the sign of its side. Rounded towards zero: a follower never has
 * more than its share.
 */
export const targetOf = (
  lots: number,
  { lotSize = 1, minVolume = 1, stepVolume = 1 }: VolumeTerms,
): number => {
  const steps = Math.floor((Math.abs(lots) * lotSize) / stepVolume + 1e-9)
  const volume = steps * stepVolume
  return volume < minVolume ? 0 : Math.sign(lots) * volume
}
// #endregion
