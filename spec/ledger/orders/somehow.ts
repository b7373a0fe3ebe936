import * as fc from 'fast-check'

/** Nothing, in one of two cases or so many more. */
export const maybe = <T>(arbitrary: fc.Arbitrary<T>, nothing = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: nothing, arbitrary: fc.constant(undefined) }, arbitrary)

export const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })

/** Mostly the first. */
export const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))
