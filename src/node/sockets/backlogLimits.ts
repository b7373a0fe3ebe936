import { invalidOption } from '../../errors'
import { checkNames } from '../../options'

/** Two limits for the bytes that wait for a client. */
export interface BacklogLimits {
  readonly conflateAbove: number
  readonly closeAbove: number
}

const NAMES: Readonly<Record<keyof BacklogLimits, true>> = { conflateAbove: true, closeAbove: true }

const MIB = 1024 * 1024

/** The limits that are given, with defaults: 1 MiB and 16 MiB. */
export const readBacklogLimits = (given: Partial<BacklogLimits>): BacklogLimits => {
  checkNames(given, NAMES, 'slow.')
  for (const [name, value] of Object.entries(given))
    if (!(typeof value === 'number' && value >= 0))
      throw invalidOption(`slow.${name}`, 'must be a number of bytes')
  return { conflateAbove: MIB, closeAbove: 16 * MIB, ...given }
}
