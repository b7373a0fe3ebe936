/**
 * Pseudo-random numbers that are a function of their key and index. So each can be had again, in any order, on any
 * machine. This code, and all code on top of it, only uses operations whose result is exact everywhere: no
 * `Math.exp`, no `Math.log`.
 */

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { imul } = Math

const STRIDE = 0x9e3779b1 // odd, near 2^32 / golden ratio: neighbours end up far apart

/** Scatters the bits of a 32-bit number. */
const scatter = (n: number): number => {
  const a = imul(n ^ (n >>> 16), 0x21f0aaad)
  const b = imul(a ^ (a >>> 15), 0x735a2d97)
  return b ^ (b >>> 15)
}

/** The key of a part of a key's subject: 32 bits, signed. */
export const partKey = (key: number, part: number): number => scatter(scatter(key) + imul(part, STRIDE))

/** The key of a seed, which may be any number. */
export const seedKey = (seed: number): number =>
  Array.from(String(seed)).reduce((key, digit) => partKey(key, digit.charCodeAt(0)), 0)

/** The nth number of a key, from 0 up to but not including 1. */
export const uniform = (key: number, n: number): number => (scatter(key + imul(n, STRIDE)) >>> 0) / 2 ** 32

/** An element that is known to exist. */
export const nth = (numbers: Int32Array, index: number): number => numbers[index] ?? 0
