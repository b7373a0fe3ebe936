import { isLeft, right } from 'fp-ts/Either'
import { cents } from '../../../protocol/units'
import type { Cents } from '../../../protocol/units'
import type { SymbolTerms } from '../../../streams/symbols/symbols'
import type { Volume } from '../../model/newOrder'
import { MOST, onGrid } from './grid'
import type { Grid, OffGrid } from './grid'
import { violation } from '../../model/invalidOrder'
import type { Checked, Objection, OrderRule } from '../../model/invalidOrder'
import { isIn } from './unit'

/** The terms that say how much can be traded. */
export type VolumeTerms = Pick<SymbolTerms, 'lotSize' | 'minVolume' | 'maxVolume' | 'stepVolume'>

const FIELD = 'volume'
const CENTS_OF_A_UNIT = 100

/** A volume as it was given, and the number of cents in its unit. */
interface Given {
  readonly value: number
  readonly unit: 'lots' | 'units'
  readonly perUnit: number
}

const givenIn = (volume: Volume, { lotSize }: VolumeTerms): Checked<Given> => {
  if (isIn(volume, 'units')) return right({ value: volume.units, unit: 'units', perUnit: CENTS_OF_A_UNIT })
  if (!isIn(volume, 'lots'))
    return violation({
      rule: 'unit',
      field: FIELD,
      value: typeof volume === 'number' ? volume : typeof volume,
      detail: 'has no unit: use lots() or units()',
    })
  return lotSize === undefined
    ? violation({
        rule: 'lotSize',
        field: FIELD,
        value: volume.lots,
        detail: 'lots cannot be converted, because the symbol has no lot size: use units()',
      })
    : right({ value: volume.lots, unit: 'lots', perUnit: lotSize })
}

const gridOf = ({ minVolume = 1, maxVolume = MOST, stepVolume = 1 }: VolumeTerms, perUnit: number): Grid => ({
  perUnit,
  step: Math.max(1, stepVolume),
  least: Math.max(1, minVolume),
  most: maxVolume,
})

const objectionOf = (
  { is, nearest }: OffGrid,
  { value, unit }: Given,
  { perUnit, least, most, step }: Grid,
): Objection => {
  const said: Record<OffGrid['is'], readonly [OrderRule, string]> = {
    noNumber: ['number', `${unit} must be a number`],
    tooSmall: ['minVolume', `${unit} is below the symbol's minimum volume, ${least / perUnit}`],
    tooLarge: ['maxVolume', `${unit} is above the symbol's maximum volume, ${most / perUnit}`],
    between: ['stepVolume', `${unit} is not a multiple of the symbol's step, ${step / perUnit}`],
  }
  const [rule, detail] = said[is]
  return { rule, field: FIELD, value, detail, nearest }
}

/** A volume in cents of a unit, if the symbol allows it. Errors name it in the unit it was given in. */
export const volumeOf = (volume: Volume, terms: VolumeTerms): Checked<Cents> => {
  const given = givenIn(volume, terms)
  if (isLeft(given)) return given
  const grid = gridOf(terms, given.right.perUnit)
  const found = onGrid(given.right.value, grid)
  return isLeft(found) ? violation(objectionOf(found.left, given.right, grid)) : right(cents(found.right))
}

/** The volume to close: any part that could be an order of its own, or the whole position of any size. */
export const volumeToClose = (volume: Volume, open: number, terms: VolumeTerms): Checked<Cents> => {
  const given = givenIn(volume, terms)
  if (isLeft(given)) return given
  const { perUnit, unit, value } = given.right
  const all: Grid = { perUnit, step: 1, least: open, most: open }
  const found = onGrid(value, all)
  if (found._tag === 'Right') return right(cents(open))
  if (found.left.is === 'tooLarge')
    return violation({
      rule: 'positionVolume',
      field: FIELD,
      value,
      detail: `${unit} is more than the position has, ${open / perUnit}`,
      nearest: open / perUnit,
    })
  const grid = gridOf(terms, perUnit)
  const part = onGrid(value, { ...grid, most: Math.min(grid.most, open) })
  return isLeft(part)
    ? violation(
        objectionOf(
          part.left.is === 'noNumber' ? part.left : { nearest: open / perUnit, ...part.left },
          given.right,
          grid,
        ),
      )
    : right(cents(part.right))
}
