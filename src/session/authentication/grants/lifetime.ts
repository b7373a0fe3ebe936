import { asyncScheduler } from 'rxjs'
import { stopwatch } from '../../../clock'
import { DAY } from '../../../time/constants'

/** The remaining lifetime of a token, in ms, and the remainder at which it is renewed. */
export interface Lifetime {
  readonly left: () => number
  readonly margin: number
}

/** A token is renewed in the last tenth of its lifetime: early enough to retry for a while, and rarely. */
export const tokenLifetime = (expiresAt: number | undefined): Lifetime | undefined => {
  if (expiresAt === undefined) return undefined
  const whole = expiresAt - asyncScheduler.now()
  const elapsed = stopwatch()
  return { left: () => whole - elapsed(), margin: Math.max(0, Math.min(DAY, whole / 10)) }
}
