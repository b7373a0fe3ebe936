import { invalidOption } from './errors'

/** The largest 32-bit integer, and the longest delay of a timer in ms. A timer treats other values as 0. */
export const MAX_INT32 = 2 ** 31 - 1

/** Throws `InvalidOption`, naming the option, unless a timer can wait for so many ms. */
export const checkDuration = (option: string, ms: unknown): void => {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_INT32))
    throw invalidOption(option, `must be a number of ms from 0 to ${MAX_INT32}`)
}

/** Throws `InvalidOption` for an unknown name. Otherwise a misspelt option would be ignored. */
export const checkNames = (options: object, names: object, within = ''): void => {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name))
      throw invalidOption(
        `${within}${name}`,
        `is an unknown option; expected one of ${Object.keys(names).join(', ')}`,
      )
}
