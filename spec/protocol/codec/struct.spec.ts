import { isLeft, isRight } from 'fp-ts/Either'
import * as t from 'io-ts'
import * as fc from 'fast-check'
import { INEXACT_INTEGER, INVALID, UNKNOWN_ENUM_VALUE, VALID } from '../../../src/protocol/codec/plan'
import {
  bool,
  double,
  enumeration,
  int32,
  int64,
  many,
  optional,
  string,
  struct,
  uint32,
  uint64,
} from '../../../src/protocol/codec/struct'
import type { WireType } from '../../../src/protocol/codec/struct'

const Leg = struct('Leg', { price: double, tags: many(string) })

const Order = struct('Order', {
  id: int64,
  side: enumeration({ BUY: 1, SELL: 2 }),
  label: optional(string),
  volumes: many(uint32),
  leg: optional(Leg),
  legs: many(Leg),
})

const order = { id: 1, side: 1 } as const

type Reader = Pick<WireType<unknown>, 'check' | 'decode' | 'is'>

const driftIn = (codec: Reader, u: unknown): string[] => {
  const drift: string[] = []
  codec.check(u, (owner, field, kind) => drift.push(`${owner}.${field} ${kind}`))
  return drift
}

const words = {
  [INVALID]: 'refused',
  [VALID]: 'valid',
  [UNKNOWN_ENUM_VALUE]: 'unknown enum value',
  [INEXACT_INTEGER]: 'inexact integer',
} as const

const verdictOf = (codec: Reader, u: unknown): string => words[codec.check(u, () => undefined)]

const faultsIn = (codec: Reader, u: unknown): [path: string, expected: string | undefined][] => {
  const decoded = codec.decode(u)
  return isLeft(decoded)
    ? decoded.left.map(({ context }) => [
        context
          .slice(1)
          .map(({ key }) => key)
          .join('.'),
        context.at(-1)?.type.name,
      ])
    : []
}

describe('scalars', () => {
  const codecs = { int32, uint32, int64, uint64, double, bool, string }

  it.each([
    ['int32', -(2 ** 31), 'valid'],
    ['int32', 2 ** 31 - 1, 'valid'],
    ['int32', -(2 ** 31) - 1, 'refused'],
    ['int32', 2 ** 31, 'refused'],
    ['int32', 0.5, 'refused'],
    ['int32', NaN, 'refused'],
    ['int32', '1', 'refused'],
    ['uint32', 0, 'valid'],
    ['uint32', 2 ** 32 - 1, 'valid'],
    ['uint32', -1, 'refused'],
    ['uint32', 2 ** 32, 'refused'],
    ['uint32', 0.5, 'refused'],
    ['int64', Number.MIN_SAFE_INTEGER, 'valid'],
    ['int64', Number.MAX_SAFE_INTEGER, 'valid'],
    ['int64', 2 ** 53, 'inexact integer'],
    ['int64', -(2 ** 63), 'inexact integer'],
    ['int64', 0.5, 'refused'],
    ['int64', Infinity, 'refused'],
    ['int64', -Infinity, 'refused'],
    ['int64', NaN, 'refused'],
    ['int64', '1', 'refused'],
    ['int64', 1n, 'refused'],
    ['uint64', 0, 'valid'],
    ['uint64', Number.MAX_SAFE_INTEGER, 'valid'],
    ['uint64', 2 ** 64, 'inexact integer'],
    ['uint64', -1, 'refused'],
    ['uint64', -(2 ** 60), 'refused'],
    ['uint64', 0.5, 'refused'],
    ['uint64', Infinity, 'refused'],
    ['double', 1.5, 'valid'],
    ['double', -Number.MAX_VALUE, 'valid'],
    ['double', NaN, 'refused'],
    ['double', Infinity, 'refused'],
    ['double', -Infinity, 'refused'],
    ['double', '1.5', 'refused'],
    ['bool', true, 'valid'],
    ['bool', false, 'valid'],
    ['bool', 0, 'refused'],
    ['bool', 'true', 'refused'],
    ['string', '', 'valid'],
    ['string', 'EURUSD', 'valid'],
    ['string', 1, 'refused'],
    ['string', ['EURUSD'], 'refused'],
  ] as const)('%s looks at %p: %s', (name, value, verdict) => {
    const codec = codecs[name]
    expect(verdictOf(codec, value)).toBe(verdict)
    expect(codec.is(value)).toBe(verdict !== 'refused')
    expect(faultsIn(codec, value)).toEqual(verdict === 'refused' ? [['', name]] : [])
  })

  it.each(Object.entries(codecs))('%s takes neither null nor undefined nor an object', (_, codec) => {
    for (const value of [null, undefined, {}, []]) expect(verdictOf(codec, value)).toBe('refused')
  })
})

describe('enumeration', () => {
  const side = enumeration({ BUY: 1, SELL: 2 })

  it.each([
    [1, 'valid'],
    [2, 'valid'],
    [0, 'unknown enum value'],
    [3, 'unknown enum value'],
    [-1, 'unknown enum value'],
    [2 ** 31, 'refused'],
    [1.5, 'refused'],
    [NaN, 'refused'],
    ['BUY', 'refused'],
    ['1', 'refused'],
    [null, 'refused'],
  ])('looks at %p: %s', (value, verdict) => {
    expect(verdictOf(side, value)).toBe(verdict)
  })

  it('is named by its members', () => {
    expect(side.name).toBe('1 BUY | 2 SELL')
  })

  it('is named by the first eight of many members', () => {
    const members = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`M${i}`, i]))
    expect(enumeration(members).name).toBe('0 M0 | 1 M1 | 2 M2 | 3 M3 | 4 M4 | 5 M5 | 6 M6 | 7 M7 | …')
  })
})

describe('struct', () => {
  it.each([
    ['only what is required', order],
    [
      'everything',
      { ...order, label: '', volumes: [1], leg: { price: 1, tags: ['a'] }, legs: [{ price: 2 }] },
    ],
    ['empty arrays', { ...order, volumes: [], legs: [] }],
    ['absent fields as undefined', { ...order, label: undefined, volumes: undefined, leg: undefined }],
    ['an unknown field as undefined', { ...order, swap: undefined }],
  ])('takes %s, unchanged and without drift', (_, value) => {
    expect(verdictOf(Order, value)).toBe('valid')
    expect(Order.is(value)).toBe(true)
    expect(Order.decode(value)).toEqual({ _tag: 'Right', right: value })
    expect(driftIn(Order, value)).toEqual([])
  })

  it('hands out the very object it was given', () => {
    const decoded = Order.decode(order)
    expect(isRight(decoded) && decoded.right).toBe(order)
  })

  it.each([
    ['a missing required field', { side: 1 }, ['id']],
    ['a required field that is undefined', { id: undefined, side: 1 }, ['id']],
    ['a required field that is null', { id: null, side: 1 }, ['id']],
    ['an optional field that is null', { ...order, label: null }, ['label']],
    ['a repeated field that is null', { ...order, volumes: null }, ['volumes']],
    ['a scalar for a repeated field', { ...order, volumes: 1 }, ['volumes']],
    ['an object for a repeated field', { ...order, volumes: { 0: 1, length: 1 } }, ['volumes']],
    ['a null in a repeated field', { ...order, volumes: [1, null] }, ['volumes.1']],
    // eslint-disable-next-line no-sparse-arrays
    ['a hole in a repeated field', { ...order, volumes: [1, , 2] }, ['volumes.1']],
    ['an array for an object', { ...order, leg: [] }, ['leg']],
    ['a string for an object', { ...order, leg: 'leg' }, ['leg']],
    ['an array among objects', { ...order, legs: [{ price: 1 }, [{ price: 1 }]] }, ['legs.1']],
    ['a missing field of a nested object', { ...order, leg: {} }, ['leg.price']],
    ['an enum by its name', { ...order, side: 'BUY' }, ['side']],
    ['null', null, ['']],
    ['undefined', undefined, ['']],
    ['an array', [order], ['']],
    ['a string', 'order', ['']],
  ])('refuses %s', (_, value, paths) => {
    expect(verdictOf(Order, value)).toBe('refused')
    expect(Order.is(value)).toBe(false)
    expect(faultsIn(Order, value).map(([path]) => path)).toEqual(paths)
  })

  it('refuses an array also where no field is required', () => {
    const Note = struct('Note', { text: optional(string) })
    expect(verdictOf(Note, {})).toBe('valid')
    expect(verdictOf(Note, [])).toBe('refused')
    expect(faultsIn(Note, [])).toEqual([['', 'Note']])
  })

  it('reports every fault with its path and what was expected there', () => {
    const value = {
      side: 1.5,
      label: 1,
      volumes: [1, -1, 'x'],
      leg: { price: '1', tags: ['a', 2] },
      legs: [{ price: 1 }, {}, null],
    }
    expect(faultsIn(Order, value)).toEqual([
      ['id', 'int64'],
      ['side', '1 BUY | 2 SELL'],
      ['label', 'string'],
      ['volumes.1', 'uint32'],
      ['volumes.2', 'uint32'],
      ['leg.price', 'double'],
      ['leg.tags.1', 'string'],
      ['legs.1.price', 'double'],
      ['legs.2', 'Leg'],
    ])
  })

  it('names a repeated field by its items', () => {
    expect(faultsIn(Order, { ...order, volumes: 1, legs: {} })).toEqual([
      ['volumes', 'uint32[]'],
      ['legs', 'Leg[]'],
    ])
  })

  it.each([
    ['an unknown field', { ...order, swap: 1 }, ['Order.swap unknownField']],
    ['an unknown field that is null', { ...order, swap: null }, ['Order.swap unknownField']],
    ['an unknown enum number', { ...order, side: 9 }, ['Order.side unknownEnumValue']],
    ['an inexact integer', { ...order, id: 2 ** 60 }, ['Order.id inexactInteger']],
    [
      'unknown fields of nested objects',
      { ...order, leg: { price: 1, a: 1 }, legs: [{ price: 1 }, { price: 1, b: 2 }] },
      ['Leg.a unknownField', 'Leg.b unknownField'],
    ],
    [
      'several at once',
      { swap: 1, id: -(2 ** 60), side: 0 },
      ['Order.swap unknownField', 'Order.id inexactInteger', 'Order.side unknownEnumValue'],
    ],
  ])('takes %s as it is and reports it as drift', (_, value, drift) => {
    expect(Order.decode(value)).toEqual({ _tag: 'Right', right: value })
    expect(driftIn(Order, value)).toEqual(drift)
  })

  it.each([
    ['an unknown enum number', [1, 9], 'unknownEnumValue', enumeration({ BUY: 1, SELL: 2 })],
    ['an inexact integer', [1, 2 ** 60], 'inexactInteger', int64],
  ])('reports %s in a repeated field by its kind', (_, values, kind, item) => {
    const Basket = struct('Basket', { items: many<WireType<number>>(item) })
    expect(driftIn(Basket, { items: values })).toEqual([`Basket.items ${kind}`])
  })

  it('is not deceived by what every object inherits', () => {
    const Odd = struct('Odd', { constructor: optional(int32), toString: optional(string) })
    expect(verdictOf(Odd, {})).toBe('valid')
    expect(faultsIn(Odd, { constructor: 'x' })).toEqual([['constructor', 'int32']])
  })

  describe('with __proto__ as a key of the JSON text', () => {
    it('takes no field from it', () => {
      const value: unknown = JSON.parse('{"__proto__":{"id":1,"side":1}}')
      expect(faultsIn(Order, value).map(([path]) => path)).toEqual(['id', 'side'])
    })

    it('reports it as the unknown field it is', () => {
      const value: unknown = JSON.parse('{"id":1,"side":1,"leg":{"price":1,"__proto__":null}}')
      expect(verdictOf(Order, value)).toBe('valid')
      expect(driftIn(Order, value)).toEqual(['Leg.__proto__ unknownField'])
    })

    it('leaves every other object as it was', () => {
      const value = JSON.parse('{"id":1,"side":1,"__proto__":{"polluted":true}}') as typeof order
      Order.decode(value)
      expect(Order.encode(value)).not.toHaveProperty('polluted')
      expect({}).not.toHaveProperty('polluted')
    })
  })
})

describe('encode', () => {
  it('writes the fields in declared order, at every depth', () => {
    const value = {
      legs: [{ tags: ['a'], price: 1 }],
      leg: { tags: ['b'], price: 2 },
      side: 2,
      id: 7,
    } as const
    expect(JSON.stringify(Order.encode(value))).toBe(
      '{"id":7,"side":2,"leg":{"price":2,"tags":["b"]},"legs":[{"price":1,"tags":["a"]}]}',
    )
  })

  it('keeps zero, false and the empty string', () => {
    const Flags = struct('Flags', { count: optional(int32), on: optional(bool), note: optional(string) })
    expect(Flags.encode({ count: 0, on: false, note: '' })).toEqual({ count: 0, on: false, note: '' })
  })

  it('leaves out absent fields, empty arrays and what is no field', () => {
    const value = { ...order, label: undefined, volumes: [], leg: { price: 1, tags: [] }, swap: 1 }
    expect(Object.entries(Order.encode(value as never))).toEqual([
      ['id', 1],
      ['side', 1],
      ['leg', { price: 1 }],
    ])
    expect(Object.keys(Order.encode(value as never).leg ?? {})).toEqual(['price'])
  })

  it('does not change what it was given', () => {
    const value = Object.freeze({ ...order, volumes: Object.freeze([]), leg: Object.freeze({ price: 1 }) })
    Order.encode(value)
    expect(value).toEqual({ ...order, volumes: [], leg: { price: 1 } })
  })
})

describe('for any JSON value', () => {
  const Sample = struct('Sample', {
    id: int64,
    name: optional(string),
    open: optional(bool),
    legs: many(Leg),
  })

  // The same said in io-ts's own words, which the notation does not use.
  const oracle = t.intersection([
    t.type({ id: t.Int }),
    t.partial({
      name: t.string,
      open: t.boolean,
      legs: t.array(t.intersection([t.type({ price: t.number }), t.partial({ tags: t.array(t.string) })])),
    }),
  ])

  const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 })

  const leg = fc.record(
    {
      price: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
      tags: mostly(fc.array(fc.string())),
      fee: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: ['price'] },
  )
  const sample = fc.record(
    {
      id: mostly(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 60, -(2 ** 53)))),
      name: mostly(fc.string()),
      open: mostly(fc.boolean()),
      legs: mostly(fc.array(mostly(leg), { maxLength: 4 })),
      extra: fc.jsonValue({ maxDepth: 1 }),
      ['__proto__']: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  const anything = mostly(sample)

  const unknownKeys = (owner: string, value: object, known: readonly string[]): string[] =>
    Object.keys(value)
      .filter(key => !known.includes(key))
      .map(key => `${owner}.${key} unknownField`)

  it('check and decode say what plain io-ts says, and a refusal comes with a fault', () => {
    fc.assert(
      fc.property(anything, value => {
        const valid = isRight(oracle.decode(value))
        expect(verdictOf(Sample, value) !== 'refused').toBe(valid)
        expect(isRight(Sample.decode(value))).toBe(valid)
        expect(faultsIn(Sample, value).length > 0).toBe(!valid)
      }),
      { numRuns: 1000 },
    )
  })

  it('reports in a valid value exactly what is unknown as drift', () => {
    fc.assert(
      fc.property(anything, value => {
        if (!oracle.is(value)) return
        const expected = [
          ...unknownKeys('Sample', value, ['id', 'name', 'open', 'legs']),
          ...(value.legs ?? []).flatMap(item => unknownKeys('Leg', item, ['price', 'tags'])),
          ...(Number.isSafeInteger(value.id) ? [] : ['Sample.id inexactInteger']),
        ]
        expect(driftIn(Sample, value).sort()).toEqual(expected.sort())
      }),
      { numRuns: 1000 },
    )
  })
})
