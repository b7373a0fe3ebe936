/** The nearest whole number, a half away from zero, and never -0. */
export const round = (n: number): number => (n < 0 ? 0 - Math.floor(0.5 - n) : Math.floor(n + 0.5))

/** What a part of the volume carries of an amount; the last part carries all that is left. */
export const shareOf = (amount: number, part: number, whole: number): number =>
  part >= whole ? amount : round((amount * part) / whole)
