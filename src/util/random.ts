/** A number in [0, 1) from the platform's cryptographic source, which browsers and Node both have. */
export const randomFraction = (): number => {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1))
  return word / 2 ** 32
}

/**
 * Ids from a counter with a random prefix. Execution events carry the id of a request to all programs of the
 * account, so a bare counter could equal another program's.
 */
export const sequentialIds = (random: () => number): (() => string) => {
  const prefix = random().toString(36).slice(2, 10)
  let count = 0
  return () => `${prefix}-${(count += 1)}`
}
