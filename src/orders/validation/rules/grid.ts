import { left, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'

/** The whole steps of the wire among which a number of an order has to be. */
export interface Grid {
  /** How many steps there are to the unit the number is in. */
  readonly perUnit: number
  /** Of how many steps it has to be a multiple. */
  readonly step: number
  readonly least: number
  readonly most: number
}

/** What puts a number off a grid, and the nearest that is on it, where there is one near. */
export interface OffGrid {
  readonly is: 'noNumber' | 'tooSmall' | 'tooLarge' | 'between'
  readonly nearest?: number
}

/** Beyond this, fifteen decimal digits no longer tell whole numbers apart. */
export const MOST = 999_999_999_999_999

/** As people read it: 0.07 * 10_000_000 is 700000.0000000001, and means 700000. */
const asRead = (n: number): number => Number(n.toPrecision(15))

/** A number on a grid, in its steps. */
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
