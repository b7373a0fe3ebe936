import { checkLetters, checkBounds, lastEventTime } from '../drawing/timeline'
import type { Effects } from '../drawing/effects'
import { checkSent } from '../messages/request'
import { mismatch, withMore } from './mismatch'
import type { Expectation } from './mismatch'

export interface Expectations {
  /** The same assertable, which also records the call for the error message. */
  readonly named: <A extends object>(what: string, assertable: A) => A
  /** For the scheduler, which compares the expectations one by one, in the order in which they were made. */
  readonly assertEqual: (actual: unknown, expected: unknown) => void
  /** Throws all mismatches so far. */
  readonly throwMismatches: () => void
  /**
   * Throws all mismatches, and everything that has no effect. An expectation without `toBe` is one of these: it would
   * always pass.
   */
  readonly conclude: () => void
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

/** Throws if a message is among the values that no client sends. */
const checkAllSent = (values: unknown): void => {
  for (const value of Object.values(Object(values) as Readonly<Record<string, unknown>>))
    if (typeof value === 'object' && value !== null && 'payloadType' in value) checkSent(value.payloadType)
}

/** The expectations of a run of this many ms. */
export const createExpectations = (until: number, effects: Effects): Expectations => {
  const open: Named[] = []
  const failures: Error[] = []

  const throwAll = (missing: readonly string[]): void => {
    const [first, ...others] = failures.splice(0)
    if (first) throw withMore(first, [...others.map(({ message }) => message), ...missing])
    if (missing.length > 0) throw new Error(missing.join('\n'))
  }

  const saying = (named: Named, say: Say): Say => {
    const said: Say = (...args) => {
      const [marbles, values] = args
      if (named.what === 'expectRequests') checkAllSent(values)
      if (named.what !== 'expectSubscriptions' && typeof marbles === 'string') {
        checkBounds(marbles, lastEventTime(marbles), until)
        if (typeof values === 'object' && values !== null)
          effects.expect(values, checkLetters(marbles, values))
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
      if (failure) failures.push(failure)
    },
    throwMismatches: () => {
      throwAll([])
    },
    conclude: () => {
      const unsaid = open.filter(({ said }) => said === undefined)
      throwAll([
        ...unsaid.map(({ what }) => `${what} was called without toBe, so it checks nothing`),
        ...effects.missing(),
      ])
    },
  }
}
