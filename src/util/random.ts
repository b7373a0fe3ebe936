/** A number in [0, 1) from the platform's cryptographic source, which browsers and Node both have. */
export const randomFraction = (): number => {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1))
  return word / 2 ** 32
}

/**
 * Ids that count up behind a prefix drawn once: execution events carry the id of a request to every session of the
 * account, also of other programs, so a bare counter would be taken for somebody else's.
 */
export const sequentialIds = (random: () => number): (() => string) => {
  const prefix = random().toString(36).slice(2, 10)
  let count = 0
  return () => `${prefix}-${(count += 1)}`
}
