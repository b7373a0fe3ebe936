import { invalidOption } from '../../../errors'
import { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { DAY, HOUR, MINUTE } from '../../../time/constants'

const lengths: Readonly<Record<keyof typeof ProtoOATrendbarPeriod, number>> = {
  M1: MINUTE,
  M2: 2 * MINUTE,
  M3: 3 * MINUTE,
  M4: 4 * MINUTE,
  M5: 5 * MINUTE,
  M10: 10 * MINUTE,
  M15: 15 * MINUTE,
  M30: 30 * MINUTE,
  H1: HOUR,
  H4: 4 * HOUR,
  H12: 12 * HOUR,
  D1: DAY,
  W1: 7 * DAY,
  MN1: 31 * DAY,
}

/** Each period with its length in ms. */
export const periodLengths = (): readonly [keyof typeof ProtoOATrendbarPeriod, number][] =>
  Object.entries(lengths) as [keyof typeof ProtoOATrendbarPeriod, number][]

/** The greatest length of a bar in ms, by the name or the number of its period. Throws `InvalidOption`. */
export const longestBar = (option: string, period: unknown): number => {
  for (const [name, length] of periodLengths())
    if (period === name || period === ProtoOATrendbarPeriod[name]) return length
  throw invalidOption(option, `must be one of ${Object.keys(lengths).join(', ')}`)
}
