import type { CTraderError } from '../../../errors'
import { invalidOrder } from '../../model/invalidOrder'
import type { OrderRule } from '../../../errorFields'

/** The steps of the wire format that a number must fit. */
export interface Grid {
  /** How many steps there are in one unit of the number. */
  readonly perUnit: number
  /** The number must be a multiple of this many steps. */
  readonly step: number
  readonly least: number
  readonly most: number
}

/** Why a number is not on a grid, and the nearest number that is, if there is one. */
export interface OffGrid {
  readonly is: 'noNumber' | 'tooSmall' | 'tooLarge' | 'between'
  readonly nearest?: number
}

/** The rule that is broken, and what to say. */
export type Words = Readonly<Record<OffGrid['is'], readonly [OrderRule, string]>>

/** A number as it was given, and its field. */
export interface Given {
  readonly field: string
  readonly value: number
  /** How the field calls its number, if the message must say that. */
  readonly unit?: string
}

/** Above this, fifteen decimal digits no longer tell whole numbers apart. */
export const MOST = 999_999_999_999_999

/** Removes binary rounding errors: 0.07 * 10_000_000 is 700000.0000000001, and means 700000. */
const asRead = (n: number): number => Number(n.toPrecision(15))

/** A number in steps of a grid, or why it is not on it. */
export const onGrid = (value: number, { perUnit, step, least, most }: Grid): number | OffGrid => {
  if (!Number.isFinite(value)) return { is: 'noNumber' }
  const steps = asRead(value * perUnit)
  const is =
    steps < least ? 'tooSmall' : steps > most ? 'tooLarge' : steps % step === 0 ? undefined : 'between'
  if (is === undefined) return steps
  const [lowest, highest] = [Math.ceil(least / step) * step, Math.floor(most / step) * step]
  const nearest = Math.min(highest, Math.max(lowest, Math.round(steps / step) * step)) / perUnit
  return { is, ...(lowest <= highest && { nearest }) }
}

/** The error of a number that is not on a grid. */
export const offGridError = (
  { field, value, unit }: Given,
  { is, nearest }: OffGrid,
  words: Words,
): CTraderError => {
  const [rule, detail] = words[is]
  return invalidOrder({
    rule,
    field,
    value,
    detail: unit === undefined ? detail : `${unit} ${detail}`,
    nearest,
  })
}

/** A number in steps of a grid. Throws `InvalidOrder` in these words. */
export const toSteps = (given: Given, grid: Grid, words: Words): number => {
  const found = onGrid(given.value, grid)
  if (typeof found === 'number') return found
  throw offGridError(given, found, words)
}
