import { invalidOption } from './errors'

/** The largest integer of 32 bits. Timers take no more ms, and count as none what is no number. */
export const MAX_INT32 = 2 ** 31 - 1

/** Throws `InvalidOption`, naming the option, where a timer could not wait for so many ms. */
export const checkDuration = (option: string, ms: unknown): void => {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_INT32))
    throw invalidOption(option, `must be a number of ms from 0 to ${MAX_INT32}`)
}

/** Throws `InvalidOption` for a name that is none of those there are: the default would be used instead. */
export const checkNames = (options: object, names: object, within = ''): void => {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name))
      throw invalidOption(
        `${within}${name}`,
        `is an unknown option; expected one of ${Object.keys(names).join(', ')}`,
      )
}
