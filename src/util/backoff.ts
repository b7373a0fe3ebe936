/** The bounds of the pauses between attempts. */
export interface BackoffOptions {
  /** Upper bound of the first pause, in ms. */
  readonly initial: number
  /** Upper bound of every pause, in ms. */
  readonly max: number
}

/**
 * The pause before try `attempt` (1 for the first), in ms. It is random up to a bound that doubles until `max`
 * (full jitter), so that clients that lost the same server do not return together. `random` gives [0, 1).
 */
export const backoff = (attempt: number, { initial, max }: BackoffOptions, random: () => number): number =>
  Math.round(random() * Math.min(max, initial * 2 ** (attempt - 1)))
