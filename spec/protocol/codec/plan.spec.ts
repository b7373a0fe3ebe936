import * as fc from 'fast-check'
import { VALID, conforms, checkDrift } from '../../../src/protocol/codec/plan'
import type { AnyStruct } from '../../../src/protocol/codec/struct'
import { table } from '../../../src/protocol/table'
import { valid } from '../../support/arbitraries'

const codecs = Object.values(table).map(({ codec }) => [codec.name, codec as AnyStruct] as const)

/** What the thorough look says: valid, and nothing in it that the table does not know. */
const isKnown = ({ plan }: AnyStruct, u: unknown): boolean => {
  const drift: string[] = []
  return checkDrift(plan, u, (_, field) => drift.push(field)) === VALID && drift.length === 0
}

type Json = Readonly<Record<string, unknown>>

/** A payload with something else in one of its fields, or at a place of its own, or without it. */
const disturbed = (payload: object): fc.Arbitrary<Json> => {
  const entries = Object.entries(payload)
  return fc
    .record({
      at: fc.nat({ max: entries.length }),
      key: fc.constantFrom(...entries.map(([key]) => key), 'gslScheduleId', ''),
      value: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(-1, 0.5, 4711, 2 ** 31, 2 ** 32, 2 ** 53, NaN),
      ),
      replaced: fc.nat({ max: 1 }),
    })
    .map(({ at, key, value, replaced }) =>
      Object.fromEntries([...entries.slice(0, at), [key, value], ...entries.slice(at + replaced)]),
    )
}

describe('the quick look at a payload', () => {
  it.each(codecs)('takes every %s that is written as the server writes it', (_, codec) => {
    fc.assert(
      fc.property(valid(codec), payload => {
        expect(conforms(codec.plan, codec.encode(payload))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it.each(codecs)('takes no %s in which the thorough one finds anything', (_, codec) => {
    fc.assert(
      fc.property(
        valid(codec).chain(payload => disturbed(codec.encode(payload) as object)),
        payload => {
          expect(conforms(codec.plan, payload) && !isKnown(codec, payload)).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('takes no field without a name', () => {
    for (const [, codec] of codecs) expect(conforms(codec.plan, { '': 1 })).toBe(false)
  })
})
