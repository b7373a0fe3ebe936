import { checkLetters, checkBounds, lastEventTime } from '../drawing/timeline'
import { mismatch } from './mismatch'
import type { Expectation } from './mismatch'

export interface Expectations {
  /** The same assertable, which also records the call for the error message. */
  readonly named: <A extends object>(what: string, assertable: A) => A
  /** For the scheduler, which compares the expectations one by one, in the order in which they were made. */
  readonly assertEqual: (actual: unknown, expected: unknown) => void
  /** Throws if `toBe` was not called on one of them: that expectation would always pass. */
  readonly checkAllSaid: () => void
}

interface Named {
  readonly what: string
  said?: Expectation
}

type Say = (...args: readonly unknown[]) => unknown

/** The place of a function's caller, from an error's stack. */
const placeBelow = (callee: Say): Error => {
  const place = new Error()
  // Only V8 has it.
  const { captureStackTrace } = Error as { captureStackTrace?: typeof Error.captureStackTrace }
  captureStackTrace?.(place, callee)
  return place
}

/** The expectations of a run of this many ms. */
export const createExpectations = (until: number): Expectations => {
  const open: Named[] = []

  const saying = (named: Named, say: Say): Say => {
    const said: Say = (...args) => {
      const [marbles, values] = args
      if (named.what !== 'expectSubscriptions' && typeof marbles === 'string') {
        checkBounds(marbles, lastEventTime(marbles), until)
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
