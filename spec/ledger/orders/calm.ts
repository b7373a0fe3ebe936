import { authenticatedBetween } from './known'
import type { Outcome } from './play'
import { TROUBLE } from './plan'

/** A line on which nothing comes any more is given up after so many ms. */
const HALF = 70_000
/** After the last fault things take so long to settle, in ms. */
const SETTLING = 5_000

/** From when on nothing goes wrong, in ms from the start. */
export const calmFrom = ({ plan: { happenings } }: Outcome): number => {
  const faults = happenings.flatMap(([, happening]) => ('fault' in happening ? [happening.fault] : []))
  if (faults.length === 0) return 0
  return TROUBLE + (faults.some(({ kind }) => kind === 'half') ? HALF : SETTLING)
}

/** Whether all that the server says between two times is heard. */
export const isHeard = (outcome: Outcome, from: number, to: number): boolean =>
  from > calmFrom(outcome) && authenticatedBetween(outcome.known, from, to) >= to - from - 1
