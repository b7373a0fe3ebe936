import { NEVER, Subject, concat, concatMap, map, of, throwError, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { marbles, request } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { differences } from '../../src/testing/asserting/equal'
import { createExpectations } from '../../src/testing/asserting/expectations'
import { createEffects } from '../../src/testing/drawing/effects'
import { show } from '../../src/testing/asserting/show'

/** What a scenario fails with; it has to. */
const failureOf = (scenario: (kit: Marbles) => void): Error => {
  try {
    marbles(scenario)
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not fail')
}
const textOf = (scenario: (kit: Marbles) => void): readonly string[] =>
  failureOf(scenario).message.split('\n')

describe('what a failed expectation says', () => {
  it('shows both diagrams in the letters of the test, and every event with its time', () => {
    const text = textOf(({ cold, expectObservable }) => {
      const prices = { a: { bid: 1.1 }, b: { bid: 1.2 }, c: { bid: 1.3 } }
      expectObservable(cold('a--b--c|', prices)).toBe('a--b---(c|)', prices)
    })
    expect(text).toEqual([
      'expectObservable: not what was expected',
      '',
      '  expected  a--b---(c|)',
      '  actual    a--b--c|',
      '                  ^',
      '',
      '- expected, + actual',
      '  0 ms  a  { bid: 1.1 }',
      '  3 ms  b  { bid: 1.2 }',
      '+ 6 ms  c  { bid: 1.3 }',
      '- 7 ms  c  { bid: 1.3 }',
      '  7 ms  |  complete',
    ])
  })

  it('names the fields that differ where there is another value at the same time', () => {
    const text = textOf(({ cold, expectObservable }) => {
      const deal = { symbolId: 1, fills: [{ price: 1.1 }, { price: 1.2 }] }
      expectObservable(cold('-a', { a: deal })).toBe('-a', {
        a: { ...deal, fills: [{ price: 1.1 }, { price: 1.3 }], label: 'mine' },
      })
    })
    expect(text.slice(2)).toEqual([
      '  expected  -a',
      '  actual    -A',
      '             ^',
      '  A         { symbolId: 1, fills: [{ price: 1.1 }, { price: 1.2 }] }',
      '',
      '- expected, + actual',
      "- 1 ms  a  { symbolId: 1, fills: [{ price: 1.1 }, { price: 1.3 }], label: 'mine' }",
      '+ 1 ms  A  { symbolId: 1, fills: [{ price: 1.1 }, { price: 1.2 }] }',
      '           fills.1.price: 1.3 expected, is 1.2',
      "           label: 'mine' expected, is undefined",
    ])
  })

  it('tells requests by their official names, and no secret', () => {
    const { PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, PROTO_OA_VERSION_REQ } = PayloadType
    const text = textOf(({ client, expectRequests }) => {
      const accounts = { accessToken: 'secret-1' }
      timer(2_000)
        .pipe(concatMap(() => client.request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, accounts)))
        .subscribe({ error: () => undefined })
      expectRequests().toBe('2s a 999ms v', {
        a: request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: 'secret-2' }),
        v: request(PROTO_OA_VERSION_REQ, {}),
      })
    })
    expect(text).toEqual([
      'expectRequests: not what was expected',
      '',
      '  expected  2s a 999ms v',
      '  actual    2s A',
      '               ^',
      '  A         PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ { accessToken: [redacted] }',
      '',
      '- expected, + actual',
      '- 2000 ms  a  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ { accessToken: [redacted] }',
      '+ 2000 ms  A  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ { accessToken: [redacted] }',
      '              payload.accessToken: [redacted] expected, is [redacted]',
      '- 3000 ms  v  PROTO_OA_VERSION_REQ {}',
    ])
  })

  it('says so where nothing came, and where nothing should have', () => {
    const nothing = new Subject<string>()
    expect(textOf(({ expectObservable }) => expectObservable(nothing).toBe('a')).slice(2)).toEqual([
      '  expected  a',
      '  actual    (nothing)',
      '            ^',
      '',
      '- expected, + actual',
      "- 0 ms  a  'a'",
    ])
    expect(textOf(({ expectObservable }) => expectObservable(of('x')).toBe('')).slice(2)).toEqual([
      '  expected  (nothing)',
      '  actual    (x|)',
      '             ^',
      '',
      '- expected, + actual',
      "+ 0 ms  x  'x'",
      '+ 0 ms  |  complete',
    ])
  })

  it('shows errors as what they are', () => {
    const text = textOf(({ expectObservable }) => {
      const failing$ = concat(
        timer(1_500),
        throwError(() => new TypeError('no such thing')),
      )
      expectObservable(failing$).toBe('1s 500ms a#', { a: 0 }, new TypeError('another'))
    })
    expect(text.slice(2)).toEqual([
      '  expected  1s 500ms a#',
      '  actual    1s 500ms (a#)',
      '                     ^',
      '',
      '- expected, + actual',
      '  1500 ms  a  0',
      '+ 1500 ms  #  error TypeError: no such thing',
      '- 1501 ms  #  error TypeError: another',
    ])
  })

  it('leaves out a diagram that cannot be drawn, since events of two ms are closer than its letters', () => {
    const text = textOf(({ hot, expectObservable }) => {
      expectObservable(hot('-a').pipe(map(() => 'x'))).toBe('-y')
      expectObservable(timer(0, 1)).toBe('')
    })
    expect(text.slice(0, 4)).toEqual([
      'expectObservable: not what was expected',
      '',
      '  expected  -y',
      '  actual    -x',
    ])
    const quick = textOf(({ expectObservable }) => {
      expectObservable(concat(of('a', 'b', 'c'), timer(1)), '^---!').toBe('')
    })
    expect(quick.slice(2, 5)).toEqual(['  expected  (nothing)', '', '- expected, + actual'])
  })

  it('draws times between two ms as they are, so that they can be copied', () => {
    const text = textOf(({ expectObservable }) => {
      expectObservable(timer(5.5).pipe(map(() => 'a'))).toBe('')
    })
    expect(text[3]).toBe('  actual    5.5ms (a|)')
    marbles(({ expectObservable }) => {
      expectObservable(timer(5.5).pipe(map(() => 'a'))).toBe('5.5ms (a|)')
    })
  })

  it('leads to the line on which it was expected', () => {
    const { stack = '', name } = failureOf(({ expectObservable }) => expectObservable(of('x')).toBe('y'))
    const [first = ''] = stack.split('\n').filter(row => /^\s+at /.test(row))
    expect(first).toContain('mismatch.spec.ts')
    expect(name).toBe('MarbleMismatch')
  })

  it('is of the expectation that failed, for any of them', () => {
    const scenario = ({ cold, expectObservable, expectSubscriptions }: Marbles): void => {
      const source$ = cold('a|')
      expectObservable(source$).toBe('a|')
      expectSubscriptions(source$.subscriptions).toBe('^--!')
    }
    expect(textOf(scenario)).toEqual([
      'expectSubscriptions: not what was expected',
      '',
      '0.unsubscribedFrame: 3 expected, is 1',
    ])
  })

  it('is known in the middle of a run, too', () => {
    marbles(({ cold, expectObservable, flush }) => {
      expectObservable(cold('a|')).toBe('a|')
      flush()
      expectObservable(of('b')).toBe('600s (b|)')
    })
  })

  it('also compares with another stream', () => {
    marbles(({ cold, expectObservable }) => expectObservable(cold('a|')).toEqual(cold('a|')))
    const text = textOf(({ cold, expectObservable }) => expectObservable(cold('a|')).toEqual(cold('b|')))
    expect(text.slice(2, 5)).toEqual(['  expected  b|', '  actual    a|', '            ^'])
  })

  it('fails where something is watched and nothing said of it', () => {
    expect(failureOf(({ expectObservable }) => void expectObservable(of('x'))).message).toBe(
      'expectObservable was called without toBe, so it checks nothing',
    )
    expect(failureOf(({ expectRequests }) => void expectRequests()).message).toMatch(
      /^expectRequests was called/,
    )
  })

  it('fails where what is expected would come after the end', () => {
    expect(failureOf(({ expectObservable }) => expectObservable(of('x')).toBe('11m x')).message).toBe(
      "'11m x' is drawn up to 660000 ms, and the run ends at 600000 ms: see its option until",
    )
  })

  it('fails where a subscription would begin after the end', () => {
    const messageOf = (subscription: string): string =>
      failureOf(({ expectObservable }) => expectObservable(NEVER, subscription).toBe('')).message
    expect(messageOf('20m ^')).toBe(
      "'20m ^' is drawn up to 1200000 ms, and the run ends at 600000 ms: see its option until",
    )
    expect(messageOf('^ 20m !')).toContain('1200001 ms')
    marbles(({ expectObservable }) => expectObservable(of('a'), '5m ^ 1m !').toBe('5m (a|)'))
  })

  it.each([
    ['a-b', { a: 1 }, "'b' has no value; values: a"],
    ['(b|)', {}, "'b' has no value; values: none"],
  ])('fails where a letter of %s has no value among those that are given', (drawn, values, message) => {
    const { message: text } = failureOf(({ expectObservable }) =>
      expectObservable(of(undefined)).toBe(drawn, values),
    )
    expect(text).toBe(message)
  })

  it('lets a letter stand for undefined where that is its value', () => {
    marbles(({ expectObservable }) => expectObservable(of(undefined)).toBe('(b|)', { b: undefined }))
  })

  it('compares nothing without an expectation', () => {
    const { assertEqual, named, conclude } = createExpectations(10, createEffects(true))
    named('expectObservable', { toBe: () => undefined })
    expect(() => {
      assertEqual([], [])
    }).toThrow('a value was compared before toBe was called')
    expect(conclude).toThrow('expectObservable was called without toBe')
  })
})

describe('values', () => {
  const url = new URL('http://a')
  const circle = (held: number): object => {
    const one: { held: number; self?: object } = { held }
    one.self = { list: [one] }
    return one
  }

  const same: readonly (readonly [unknown, unknown])[] = [
    [NaN, NaN],
    [0, -0],
    [{ a: undefined }, {}],
    [new Date(5), new Date(5)],
    [new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
    [new Set([1, 2]), new Set([1, 2])],
    [Object.assign(new Error('x'), { code: 1 }), Object.assign(new Error('x'), { code: 1 })],
    [
      { a: 1, b: 2 },
      { a: 1, b: expect.any(Number) as unknown },
    ],
    [
      [1, [2]],
      [1, [2]],
    ],
    [/a/.source, /a/.source],
    [Object.create(null), {}],
    [url, url],
    [circle(1), circle(1)],
  ]
  it.each(same)('%p is %p', (actual, expected) => {
    expect(differences(actual, expected)).toEqual([])
  })

  const others: readonly (readonly [unknown, unknown, string])[] = [
    [1, '1', ''],
    [null, {}, ''],
    [null, undefined, ''],
    [[], {}, ''],
    [new Date(5), new Date(6), 'time'],
    [new Map([['a', 1]]), new Map([['a', 2]]), 'a'],
    [new Set([1]), new Set([1, 2]), '1'],
    [new Error('x'), new Error('y'), 'message'],
    [new Error('x'), new TypeError('x'), 'name'],
    [new Error('x'), { name: 'Error', message: 'x' }, ''],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, 'a.c'],
    [{ a: 1 }, { a: 1, b: 2 }, 'b'],
    [{ a: 1, b: 2 }, { a: 1 }, 'b'],
    [{ b: 'x' }, { b: expect.any(Number) as unknown }, 'b'],
    [[1, undefined], [1], 'length'],
    [{ a: [] }, { a: [undefined] }, 'a.length'],
    [/a/, /b/, ''],
    [url, new URL('http://b'), ''],
    [new ArrayBuffer(1), new ArrayBuffer(2), ''],
    [new WeakSet(), {}, ''],
    [new Map([['a', 1]]), { a: 1 }, ''],
    [new Set(['x']), { 0: 'x' }, ''],
    [new Set(), new Map(), ''],
    [circle(1), circle(2), 'held'],
  ]
  it.each(others)('%p is not %p', (actual, expected, path) => {
    expect(differences(actual, expected).map(difference => difference.path)).toEqual([path])
  })

  it('are shown on one line that does not get too long', () => {
    expect(show({ a: [1, 'b', null], c: new Error('d'), e: () => 0, f: new Map([[1, true]]), g: {} })).toBe(
      "{ a: [1, 'b', null], c: Error: d, e: a function, f: { 1: true }, g: {} }",
    )
    const deep = { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }
    expect(show(deep)).toBe('{ a: { b: { c: { d: { e: { f: {…} } } } } } }')
    expect(show([[[[[[[1]]]]]]])).toBe('[[[[[[[…]]]]]]]')
    expect(show('x'.repeat(400))).toHaveLength(301)
  })

  it('are listed by their differences, as long as these are few', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, i]))
    const text = textOf(({ cold, expectObservable }) =>
      expectObservable(cold('a', { a: {} })).toBe('a', { a: many }),
    )
    expect(text.at(-2)).toContain('f11: 11 expected, is undefined')
    expect(text.at(-1)?.trim()).toBe('and 8 more')
  })
})
