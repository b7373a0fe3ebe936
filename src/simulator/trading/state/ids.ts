/** The kinds of things that the exchange numbers. */
export type Numbered = 'order' | 'position' | 'deal' | 'cashFlow'

export interface Ids {
  /** The next number of a kind: rising, unique over all kinds. */
  readonly next: (kind: Numbered) => number
  /** A number from 0 up to `below`, always the same for the same id. */
  readonly scatter: (id: number, below: number) => number
  /** The last number of each kind. */
  readonly last: () => Readonly<Record<Numbered, number>>
}

const firsts = { order: 400_000_000, position: 200_000_000, deal: 600_000_000, cashFlow: 100_000_000 }

/** Spreads whole numbers evenly over 32 bits. */
const mix = (n: number): number => {
  let h = Math.imul(n ^ (n >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

const firstsOf = (seed: number): Record<Numbered, number> => {
  const offset = mix(seed | 0) % 1_000_000
  return {
    order: firsts.order + offset,
    position: firsts.position + offset,
    deal: firsts.deal + offset,
    cashFlow: firsts.cashFlow + offset,
  }
}

/** With the last numbers of an earlier exchange, they go on. */
export const createIds = (seed: number, kept?: Readonly<Record<Numbered, number>>): Ids => {
  const last = kept ? { ...kept } : firstsOf(seed)
  return {
    next: kind => {
      last[kind] += 1
      return last[kind]
    },
    scatter: (id, below) => mix(mix(id) ^ seed) % below,
    last: () => ({ ...last }),
  }
}
