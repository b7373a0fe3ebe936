/** Rounds to the nearest whole number, halves away from zero, and never to -0. */
export const round = (n: number): number => (n < 0 ? 0 - Math.floor(0.5 - n) : Math.floor(n + 0.5))

/** The share of an amount for a part of the volume. The last part gets the rest. */
export const proportion = (amount: number, part: number, whole: number): number =>
  part >= whole ? amount : round((amount * part) / whole)
