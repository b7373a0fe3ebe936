import { invalidOption } from './errors'

/** Timers take no more, and count as none what is no number. */
const LONGEST = 2 ** 31 - 1

/** Throws `InvalidOption`, naming the option, where a timer could not wait for so many ms. */
export const checkDuration = (option: string, ms: unknown): void => {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= LONGEST))
    throw invalidOption(option, `must be a number of ms from 0 to ${LONGEST}`)
}

/** Throws `InvalidOption` for a name that is none of those there are: the default would be used instead. */
export const checkNames = (options: object, names: object, within = ''): void => {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name))
      throw invalidOption(`${within}${name}`, `is none of ${Object.keys(names).join(', ')}`)
}
