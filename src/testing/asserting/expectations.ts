import { checkLetters, checkWithin, lastOf } from '../drawing/timeline'
import { mismatch } from './mismatch'
import type { Expectation } from './mismatch'

export interface Expectations {
  /** The same, but what is said of it is kept for the case that it does not come. */
  readonly named: <A extends object>(what: string, assertable: A) => A
  /** For the scheduler, which asks of one after the other, in the order in which they were made. */
  readonly assertEqual: (actual: unknown, expected: unknown) => void
  /** Throws where something was watched and nothing said of it: it would pass whatever happens. */
  readonly checkAllSaid: () => void
}

interface Named {
  readonly what: string
  said?: Expectation
}

type Say = (...args: readonly unknown[]) => unknown

/** Where the caller of a function is, told by an error's stack. */
const placeBelow = (callee: Say): Error => {
  const place = new Error()
  // Only V8 has it.
  const { captureStackTrace } = Error as { captureStackTrace?: typeof Error.captureStackTrace }
  captureStackTrace?.(place, callee)
  return place
}

/** What is expected in a run of so many ms. */
export const createExpectations = (until: number): Expectations => {
  const open: Named[] = []

  const saying = (named: Named, say: Say): Say => {
    const said: Say = (...args) => {
      const [marbles, values] = args
      if (named.what !== 'expectSubscriptions' && typeof marbles === 'string') {
        checkWithin(marbles, lastOf(marbles), until)
        if (typeof values === 'object' && values !== null) checkLetters(marbles, values)
      }
      named.said = {
        what: named.what,
        ...(typeof marbles === 'string' && { marbles }),
        values,
        place: placeBelow(said),
      }
      return say(...args)
    }
    return said
  }

  return {
    named: <A extends object>(what: string, assertable: A): A => {
      const named: Named = { what }
      open.push(named)
      return Object.fromEntries(
        Object.entries(assertable).map(([method, say]) => [method, saying(named, say as Say)]),
      ) as A
    },
    assertEqual: (actual, expected) => {
      const met = open.find(({ said }) => said !== undefined)
      if (!met?.said) throw new Error('a value was compared before toBe was called')
      open.splice(open.indexOf(met), 1)
      const failure = mismatch(actual, expected, met.said)
      if (failure) throw failure
    },
    checkAllSaid: () => {
      const unsaid = open.find(({ said }) => said === undefined)
      if (unsaid) throw new Error(`${unsaid.what} was called without toBe, so it checks nothing`)
    },
  }
}
