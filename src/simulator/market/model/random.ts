/**
 * Numbers that look random and are a function of what they are asked for: any of them can be had again, in any order,
 * on any machine. Only operations whose result is exact everywhere are used here and in all that builds on it:
 * no `Math.exp`, no `Math.log`.
 */

// Bound here: in these loops it costs more than all the rest to look up an export or, under a test runner, a global.
const { imul } = Math

const STRIDE = 0x9e3779b1 // odd, near 2^32 / golden ratio: neighbours end up far apart

/** Scatters the bits of a 32-bit number. */
const scatter = (n: number): number => {
  const a = imul(n ^ (n >>> 16), 0x21f0aaad)
  const b = imul(a ^ (a >>> 15), 0x735a2d97)
  return b ^ (b >>> 15)
}

/** A key for a part of what a key stands for: 32 bits, signed. */
export const keyOf = (key: number, part: number): number => scatter(scatter(key) + imul(part, STRIDE))

/** The key of a seed, which may be any number. */
export const seedKey = (seed: number): number =>
  Array.from(String(seed)).reduce((key, digit) => keyOf(key, digit.charCodeAt(0)), 0)

/** The nth number of a key, from 0 up to but not including 1. */
export const uniform = (key: number, n: number): number => (scatter(key + imul(n, STRIDE)) >>> 0) / 2 ** 32

/** An element of which it is known that it is there. */
export const nth = (numbers: Int32Array, index: number): number => numbers[index] ?? 0
