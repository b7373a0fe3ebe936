import type { CTraderError } from '../../../errors'
import { invalidOrder } from '../../model/invalidOrder'

/** Whether a number has a unit. Callers may be untyped. */
export const hasUnit = <K extends string>(given: unknown, unit: K): given is Readonly<Record<K, number>> =>
  typeof given === 'object' && given !== null && unit in given

/** The error of a number without a unit. */
export const unitless = (field: string, value: number | string, wanted: string): CTraderError =>
  invalidOrder({ rule: 'unit', field, value, detail: `has no unit: use ${wanted}` })
