import type { Character } from '../model/character'
import { partKey, uniform } from '../model/random'
import { LEAST_RANGE } from './path'
import type { Shape } from './path'
import type { Sessions } from '../calendar/sessions'
import { createCache } from '../model/cache'
import { bounds, createDrift } from './walk'

/** The totals of a time range, in the smallest steps of the price. `volume` is in changes of a side. */
export interface Outline extends Shape {
  readonly volume: number
}

/** The days of a symbol. Each can be calculated alone. */
export interface Days {
  /** The last bid before a day opens. */
  readonly closeBefore: (day: number) => number
  readonly outlineOf: (day: number) => Outline
  /** No bid is ever below the lowest or above the highest. */
  readonly lowest: number
  readonly highest: number
}

export interface SymbolOptions {
  readonly seed: number
  readonly symbolId: number
  readonly digits: number
  readonly character: Character
  readonly sessions: Sessions
}

/** The key of a symbol, from which the keys of its parts are made. */
export const symbolKey = ({ seed, symbolId }: SymbolOptions): number => partKey(seed, -symbolId)

// Each is read as the close of one day and then as the start of the next.
const CLOSES_KEPT = 8

const DAY_PART = 1
const GAP_PART = 2

export const createDays = (options: SymbolOptions): Days => {
  const { seed, digits, character, sessions } = options
  const scale = 10 ** digits
  const dayKey = partKey(symbolKey(options), DAY_PART)
  const gapKey = partKey(symbolKey(options), GAP_PART)
  const reach = character.price * scale * character.sweep
  const { lowest, highest } = bounds(character)

  const drift = createDrift(seed, character)
  const closes = createCache<number>(CLOSES_KEPT)
  const closeBefore = (day: number): number => closes.get(day, () => Math.round(drift(day) * scale))

  /** From the last bid to the first: larger after a night, largest after a weekend, but never zero. */
  const gap = (day: number): number => {
    const closed = sessions.closedBefore(day)
    const most = reach * (closed === 0 ? 0.02 : closed < 24 ? 0.2 : 0.4)
    const random = 2 * uniform(gapKey, day) - 1
    return Math.round(random * Math.abs(random) * most) + (random < 0 ? -1 : 1)
  }

  return {
    closeBefore,
    outlineOf: day => {
      const key = partKey(dayKey, day)
      const beyond = (n: number): number =>
        LEAST_RANGE + Math.round(reach * (0.1 + 0.9 * uniform(key, n) * uniform(key, n + 2)))
      const open = closeBefore(day) + gap(day)
      const close = closeBefore(day + 1)
      return {
        open,
        high: Math.max(open, close) + beyond(0),
        low: Math.min(open, close) - beyond(1),
        close,
        volume: Math.round(character.changes * (0.75 + 0.5 * uniform(key, 4))),
      }
    },
    lowest: Math.floor(lowest * scale - 2 * reach) - 2 * LEAST_RANGE,
    highest: Math.ceil(highest * scale + 2 * reach) + 2 * LEAST_RANGE,
  }
}
