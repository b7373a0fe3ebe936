import { distance, nearestNames } from '../../../streams/symbols/symbolNames'
import { invalidOrder } from '../../model/invalidOrder'

/** All the field names of something. They are keys so that the compiler can check that none is missing. */
export type Names = Readonly<Record<string, true>>

const shown = (value: unknown): number | string =>
  typeof value === 'number' || typeof value === 'string' ? value : typeof value

const FAR = 3

/** The known name that was probably meant. */
const meant = (field: string, names: readonly string[]): string | undefined =>
  nearestNames(field, names).find(name => distance(field.toLowerCase(), name.toLowerCase()) < FAR)

/** All names must be known. A misspelt one would be ignored, and a stop loss must not be. */
export const checkNames = (given: object, names: Names, whole: string): void => {
  for (const [field, value] of Object.entries(given))
    if (value !== undefined && !Object.hasOwn(names, field))
      throw invalidOrder({
        rule: 'field',
        field,
        value: shown(value),
        detail: `is not a field of ${whole}`,
        nearest: meant(field, Object.keys(names)),
      })
}
