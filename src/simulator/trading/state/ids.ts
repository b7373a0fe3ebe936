/** The kinds of things that the exchange numbers. */
export type Numbered = 'order' | 'position' | 'deal' | 'cashFlow'

export interface Ids {
  /** The next number of a kind: rising, unique over all kinds. */
  readonly next: (kind: Numbered) => number
  /** A number from 0 up to `below`, always the same for the same id. */
  readonly scatter: (id: number, below: number) => number
}

const firsts = { order: 400_000_000, position: 200_000_000, deal: 600_000_000, cashFlow: 100_000_000 }

/** Spreads whole numbers evenly over 32 bits. */
const mix = (n: number): number => {
  let h = Math.imul(n ^ (n >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

export const createIds = (seed: number): Ids => {
  const offset = mix(seed | 0) % 1_000_000
  const last = { ...firsts }
  return {
    next: kind => {
      last[kind] += 1
      return last[kind] + offset
    },
    scatter: (id, below) => mix(mix(id) ^ seed) % below,
  }
}
