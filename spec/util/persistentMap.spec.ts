import * as fc from 'fast-check'
import {
  differences,
  lookup,
  nextVersion,
  persistentMap,
  put,
  toMap,
  update,
  toValues,
} from '../../src/util/persistentMap'
import type { PersistentMap } from '../../src/util/persistentMap'
import { entriesSetIn } from '../support/counted'

const RUNS = Number(process.env['PERSISTENT_RUNS'] ?? 100)

type Model = ReadonlyMap<number, object>
type Step = readonly (readonly [key: number, value: object | undefined])[]

const after = (model: Model, step: Step): Model => {
  const next = new Map(model)
  for (const [key, value] of step)
    if (value === undefined) next.delete(key)
    else next.set(key, value)
  return next
}

const naive = (before: Model, now: Model): string[] =>
  [...new Set([...before.keys(), ...now.keys()])]
    .filter(key => before.get(key) !== now.get(key))
    .map(key => JSON.stringify([before.get(key), now.get(key)]))
    .sort()

const told = (before: PersistentMap<number, object>, now: PersistentMap<number, object>): string[] =>
  differences(before, now)
    .map(difference => JSON.stringify([difference.before, difference.after]))
    .sort()

/** Each is another object, and says which it is. */
const valued: fc.Arbitrary<object | undefined> = fc.option(
  fc.nat().map(n => ({ n })),
  { nil: undefined },
)
const step: fc.Arbitrary<Step> = fc.uniqueArray(fc.tuple(fc.nat({ max: 20 }), valued), {
  maxLength: 4,
  selector: ([key]) => key,
})

describe('a persistent map', () => {
  it('has what a copy would have, and each version stays as it was, in its order, read at any time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(), fc.boolean()), { maxLength: 120 }), steps => {
        interface Version {
          readonly map: PersistentMap<number, object>
          readonly model: Model
          /** As it was read at once. */
          readonly order: readonly number[]
        }
        const versions: Version[] = [{ map: persistentMap(), model: new Map(), order: [] }]
        for (const [updates, pick, branches] of steps) {
          // Mostly the newest is changed, and sometimes one from before.
          const from = versions[branches ? pick % versions.length : versions.length - 1]
          if (!from) continue
          const map = update(from.map, updates)
          const model = after(from.model, updates)
          expect(told(from.map, map)).toEqual(naive(from.model, model))
          versions.push({ map, model, order: [...toMap(map).keys()] })
        }
        for (const { map, model, order } of versions) {
          expect([...toMap(map).keys()]).toEqual(order)
          expect(toMap(map)).toEqual(model)
          expect(toValues(map)).toEqual(order.map(key => model.get(key)))
          expect(map.size).toBe(model.size)
          for (let key = 0; key <= 20; key++) expect(lookup(map, key)).toBe(model.get(key))
          for (const other of [...versions.slice(0, 1), ...versions.slice(-1)])
            expect(told(other.map, map)).toEqual(naive(other.model, model))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('has its keys in the order in which they came, and one that changes in its place', () => {
    const map = update(persistentMap([3, 1, 2].map(key => [key, {}] as const)), [
      [1, {}],
      [0, {}],
      [3, undefined],
    ])
    expect([...toMap(map).keys()]).toEqual([1, 2, 0])
  })

  it('may be changed in several steps before anybody has it', () => {
    const [a, b, c] = [{}, {}, {}]
    const before = persistentMap([[1, a]])
    const next = nextVersion(before)
    put(next, 1, b)
    put(next, 2, b)
    put(next, 1, c)
    put(next, 2, undefined)
    put(next, 3, c)
    expect([...toMap(before)]).toEqual([[1, a]])
    expect(lookup(before, 1)).toBe(a)
    expect([...toMap(next)]).toEqual([
      [1, c],
      [3, c],
    ])
    expect(differences(before, next)).toEqual([
      { key: 1, before: a, after: c },
      { key: 3, before: undefined, after: c },
    ])
    expect(() => {
      put(before, 1, b)
    }).toThrow('not the newest')
  })

  it('is the same version where nothing is another', () => {
    const value = {}
    const map = persistentMap([[1, value]])
    expect(update(map, [[1, value]])).toBe(map)
    expect(update(map, [[2, undefined]])).toBe(map)
    expect(update(map, [])).toBe(map)
    expect(update(map, [[1, {}]])).not.toBe(map)
  })

  it.each([
    ['are set one by one', (n: number) => Array.from({ length: n }, (_, key) => key)],
    [
      'come and go',
      (n: number) => Array.from({ length: n }, (_, key) => (key % 3 === 2 ? -(key - 1) : key + 1)),
    ],
  ])('costs as much as what is changed, where entries %s (G12)', (_, keysOf) => {
    const costOf = (n: number): number =>
      entriesSetIn(() => {
        let map = persistentMap<number, object>()
        for (const key of keysOf(n)) {
          const next = update(map, [[Math.abs(key), key < 0 ? undefined : {}]])
          differences(map, next)
          map = next
        }
      })
    // Four times as many: sixteen times the cost would be quadratic.
    expect(costOf(8_000)).toBeLessThan(5 * costOf(2_000))
    expect(costOf(8_000)).toBeLessThan(8 * 8_000)
  })

  it('knows nothing of what others make of an empty one', () => {
    const empty = persistentMap<number, object>()
    const [one, other] = [1, 2].map(key => update(empty, [[key, {}]]))
    expect([...toMap(one ?? empty).keys(), ...toMap(other ?? empty).keys()]).toEqual([1, 2])
    expect('next' in empty.state).toBe(false)
    expect(toMap(empty).size).toBe(0)
  })

  it('keeps no more of later versions for an old one than there are entries', () => {
    const old = persistentMap(Array.from({ length: 100 }, (_, key) => [key, {}] as const))
    let map = old
    for (let n = 0; n < 10_000; n++) map = update(map, [[n % 100, {}]])
    let kept = 0
    for (let { state } = old; 'next' in state; { state } = state.next) kept += 1
    expect(kept).toBeLessThan(500)
    expect(toValues(old)).toHaveLength(100)
  })
})
