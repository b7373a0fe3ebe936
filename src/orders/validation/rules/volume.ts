import { cents } from '../../../protocol/units'
import type { Cents } from '../../../protocol/units'
import type { SymbolDetails } from '../../../streams/symbols/symbols'
import { invalidOrder } from '../../model/invalidOrder'
import type { Volume } from '../../model/newOrder'
import { MOST, offGridError, onGrid, toSteps } from './grid'
import type { Given, Grid, Words } from './grid'
import { hasUnit, unitless } from './unit'

/** The terms that say how much can be traded. */
export type VolumeTerms = Pick<SymbolDetails, 'lotSize' | 'minVolume' | 'maxVolume' | 'stepVolume'>

const field = 'volume'
const CENTS_OF_A_UNIT = 100

/** A volume as it was given, and the number of cents in its unit. */
interface GivenVolume extends Required<Given> {
  readonly perUnit: number
}

const givenIn = (volume: Volume, { lotSize }: VolumeTerms): GivenVolume => {
  if (hasUnit(volume, 'units')) return { field, value: volume.units, unit: 'units', perUnit: CENTS_OF_A_UNIT }
  if (!hasUnit(volume, 'lots'))
    throw unitless(field, typeof volume === 'number' ? volume : typeof volume, 'lots() or units()')
  if (lotSize !== undefined) return { field, value: volume.lots, unit: 'lots', perUnit: lotSize }
  throw invalidOrder({
    rule: 'lotSize',
    field,
    value: volume.lots,
    detail: 'lots cannot be converted, because the symbol has no lot size: use units()',
  })
}

const gridOf = ({ minVolume = 1, maxVolume = MOST, stepVolume = 1 }: VolumeTerms, perUnit: number): Grid => ({
  perUnit,
  step: Math.max(1, stepVolume),
  least: Math.max(1, minVolume),
  most: maxVolume,
})

const wordsFor = ({ perUnit, least, most, step }: Grid): Words => ({
  noNumber: ['number', 'must be a number'],
  tooSmall: ['minVolume', `is below the symbol's minimum volume, ${least / perUnit}`],
  tooLarge: ['maxVolume', `is above the symbol's maximum volume, ${most / perUnit}`],
  between: ['stepVolume', `is not a multiple of the symbol's step, ${step / perUnit}`],
})

/** A volume in cents of a unit, if the symbol allows it. Errors name it in the unit it was given in. */
export const checkVolume = (volume: Volume, terms: VolumeTerms): Cents => {
  const given = givenIn(volume, terms)
  const grid = gridOf(terms, given.perUnit)
  return cents(toSteps(given, grid, wordsFor(grid)))
}

/** The volume to close: any part that could be an order of its own, or the whole position of any size. */
export const volumeToClose = (volume: Volume, open: number, terms: VolumeTerms): Cents => {
  const given = givenIn(volume, terms)
  const { perUnit, unit, value } = given
  const nearest = open / perUnit
  const whole = onGrid(value, { perUnit, step: 1, least: open, most: open })
  if (typeof whole === 'number') return cents(open)
  if (whole.is === 'tooLarge')
    throw invalidOrder({
      rule: 'positionVolume',
      field,
      value,
      detail: `${unit} is more than the position has, ${nearest}`,
      nearest,
    })
  const grid = gridOf(terms, perUnit)
  const part = onGrid(value, { ...grid, most: Math.min(grid.most, open) })
  if (typeof part === 'number') return cents(part)
  throw offGridError(given, part.is === 'noNumber' ? part : { nearest, ...part }, wordsFor(grid))
}
