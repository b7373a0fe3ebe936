/** How long the pauses before further tries are. */
export interface BackoffOptions {
  /** Upper bound of the first pause, in ms. */
  readonly initial: number
  /** Upper bound of every pause, in ms. */
  readonly max: number
}

/**
 * The pause before try `attempt` (1 for the first), in ms: full jitter below a bound that doubles up to `max`, so
 * that clients which lost the same server do not come back together. `random` gives [0, 1).
 */
export const backoff = (attempt: number, { initial, max }: BackoffOptions, random: () => number): number =>
  Math.round(random() * Math.min(max, initial * 2 ** (attempt - 1)))
