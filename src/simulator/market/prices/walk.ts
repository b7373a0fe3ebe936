import type { Character, Walker } from '../model/character'
import { partKey, uniform } from '../model/random'

// A local binding. In these loops, looking up an export or, under a test runner, a global costs more than all the
// rest.
const { floor, min, sqrt } = Math

/**
 * Where prices are between two days: a sum of waves of random points, each twice as long as the one before. It
 * looks like a random walk, can be calculated for any day at once, and never leaves its bounds.
 */
const LENGTHS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Chosen so that the average change of a day is 1. */
const heightOf = (length: number): number => sqrt(length) / 1.28
const BOUND = LENGTHS.reduce((sum, length) => sum + heightOf(length), 0)

type Heights = (n: number) => number

const createWave = (key: number, length: number): Heights => {
  const height = heightOf(length)
  const point = (n: number): number => 2 * uniform(key, n) - 1
  return n => {
    const before = floor(n / length)
    const part = n / length - before
    const smooth = part * part * (3 - 2 * part)
    return height * (point(before) * (1 - smooth) + point(before + 1) * smooth)
  }
}

const createWalk = (key: number): Heights => {
  const waves = LENGTHS.map(length => createWave(partKey(key, length), length))
  return n => waves.reduce((sum, wave) => sum + wave(n), 0)
}

/** Nearly e^x for small x, and exactly the same on all machines. */
const growth = (x: number): number => {
  const root = (1 + x / 16) / (1 - x / 16)
  const square = root * root
  return square * square * square * square
}

/** The days up to then on which an asset moves. A weekend does not count. */
const stepsUntil = (day: number, { weekends }: Walker): number => {
  const sinceMonday = day + 3 // of the first week of 1970
  const week = floor(sinceMonday / 7)
  return weekends ? day : week * 5 + min(sinceMonday - week * 7, 5)
}

/** The price at the opening of a day, in units of the quote asset. Symbols that share an asset move together. */
export const createDrift = (seed: number, { price, up, down }: Character): ((day: number) => number) => {
  const upwards = createWalk(partKey(seed, up.assetId))
  const downwards = createWalk(partKey(seed, down.assetId))
  return day =>
    price * growth(up.pace * upwards(stepsUntil(day, up)) - down.pace * downwards(stepsUntil(day, down)))
}

/** The price never leaves these bounds. */
export const bounds = ({
  price,
  up,
  down,
}: Character): { readonly lowest: number; readonly highest: number } => {
  const reach = BOUND * (up.pace + down.pace)
  return { lowest: price * growth(-reach), highest: price * growth(reach) }
}
