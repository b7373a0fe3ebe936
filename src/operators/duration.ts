import { invalidOption } from '../errors'

/** Timers take no more, and count as none what is no number. */
const LONGEST = 2 ** 31 - 1

/** Throws `InvalidOption` where a timer could not wait for so many ms. */
export const checkDuration = (option: string, ms: number): void => {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= LONGEST))
    throw invalidOption(option, `must be a number of ms from 0 to ${LONGEST}`)
}
