import { left, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'

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

/** Above this, fifteen decimal digits no longer tell whole numbers apart. */
export const MOST = 999_999_999_999_999

/** Removes binary rounding errors: 0.07 * 10_000_000 is 700000.0000000001, and means 700000. */
const asRead = (n: number): number => Number(n.toPrecision(15))

/** A number in steps of a grid. */
export const onGrid = (value: number, { perUnit, step, least, most }: Grid): Either<OffGrid, number> => {
  if (!Number.isFinite(value)) return left({ is: 'noNumber' })
  const steps = asRead(value * perUnit)
  const is =
    steps < least ? 'tooSmall' : steps > most ? 'tooLarge' : steps % step === 0 ? undefined : 'between'
  if (is === undefined) return right(steps)
  const [lowest, highest] = [Math.ceil(least / step) * step, Math.floor(most / step) * step]
  const nearest = Math.min(highest, Math.max(lowest, Math.round(steps / step) * step))
  return left({ is, ...(lowest <= highest && { nearest: nearest / perUnit }) })
}
