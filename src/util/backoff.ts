/** The bounds of the pauses between attempts. */
export interface BackoffOptions {
  /** Upper bound of the first pause, in ms. */
  readonly initial: number
  /** Upper bound of every pause, in ms. */
  readonly max: number
}

/** The pause before try `attempt` (1 for the first), in ms: from `initial` on it doubles up to `max`. */
export const growingPause = (attempt: number, { initial, max }: BackoffOptions): number =>
  Math.min(max, initial * 2 ** (attempt - 1))

/**
 * The same, random below that bound (full jitter), so that clients that lost the same server do not return together.
 * `random` gives [0, 1).
 */
export const backoff = (attempt: number, bounds: BackoffOptions, random: () => number): number =>
  Math.round(random() * growingPause(attempt, bounds))
