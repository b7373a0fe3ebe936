import { EMPTY, NEVER, Subject, concat, endWith, from, of, startWith, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { conflate } from 'rx-ctrader'
import { inVirtualTime } from '../support/virtualTime'

/** What is written `a` to `c` are values of one key, `x` to `z` of another. */
const keyOf = (letter: string): string => (letter < 'm' ? 'abc' : 'xyz')

const after = (value: string, dropped: number): { value: string; dropped: number } => ({ value, dropped })

describe('conflate', () => {
  it('emits the latest of a key at the end of an interval that began with the first, and what it dropped', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' -a-b-c----------')
      const expected = '    -----------3-----'
      expectObservable(letter$.pipe(conflate(keyOf, 10))).toBe(expected, { 3: after('c', 2) })
    })
  })

  it('keeps apart what is of different keys, and hands all of it over together, in the order of the keys', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' -x-a-y-b-z-------')
      const expected = '    -----------(zb)--'
      expectObservable(letter$.pipe(conflate(keyOf, 10))).toBe(expected, {
        z: after('z', 2),
        b: after('b', 1),
      })
    })
  })

  it('begins another interval with the first value after one, and counts from nothing', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' -a-b--------c-------a')
      const expected = '    ------b----------c-------a'
      expectObservable(letter$.pipe(conflate(keyOf, 5))).toBe(expected, {
        a: after('a', 0),
        b: after('b', 1),
        c: after('c', 0),
      })
    })
  })

  it('lets no key out more than once in an interval, however much comes', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' abcabcabcabcabc-----')
      const expected = '    -----1-----1-----2--'
      expectObservable(letter$.pipe(conflate(keyOf, 5))).toBe(expected, {
        1: after('c', 5),
        2: after('c', 2),
      })
    })
  })

  it('emits what waits before it completes', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const letter$ = cold('-a-x-b-|')
      const subscribed = '  ^------!'
      const expected = '    -------(bx|)'
      expectObservable(letter$.pipe(conflate(keyOf, 10))).toBe(expected, {
        b: after('b', 1),
        x: after('x', 0),
      })
      expectSubscriptions(letter$.subscriptions).toBe(subscribed)
    })
  })

  it('errors at once, without what waits', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const letter$ = cold('-a-x-#')
      const expected = '    -----#'
      expectObservable(letter$.pipe(conflate(keyOf, 10))).toBe(expected)
    })
  })

  it('errors with what the key function throws', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const letter$ = cold('-a-x---')
      const subscribed = '  ^--!'
      const expected = '    ---#'
      const error = new Error('no key')
      const fail = (letter: string): string => {
        if (letter === 'x') throw error
        return letter
      }
      expectObservable(letter$.pipe(conflate(fail, 10))).toBe(expected, {}, error)
      expectSubscriptions(letter$.subscriptions).toBe(subscribed)
    })
  })

  it('leaves neither a timer nor a subscription when its consumer leaves', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const letter$ = cold('-a-b------c')
      const leaves = '      ^---!'
      expectObservable(letter$.pipe(conflate(keyOf, 10)), leaves).toBe('')
      expectSubscriptions(letter$.subscriptions).toBe(leaves)
    })
  })

  it('has no timer while nothing waits: the next interval begins with the next value', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' -a----------b------------')
      // With a timer that went on, it would be one beat of the first: at 16.
      const expected = '    ------a----------b-------'
      expectObservable(letter$.pipe(conflate(keyOf, 5))).toBe(expected, {
        a: after('a', 0),
        b: after('b', 0),
      })
    })
  })

  it('emits with the next animation frame where it is told to', () => {
    inVirtualTime(({ animate, hot, expectObservable }) => {
      animate('             ---f---f---f---f---')
      const letter$ = hot(' -a-b-cx-----y-------')
      const expected = '    ---1---(2x)----y---'
      expectObservable(letter$.pipe(conflate(keyOf, 'animationFrame'))).toBe(expected, {
        1: after('a', 0),
        2: after('c', 1),
        x: after('x', 0),
        y: after('y', 0),
      })
    })
  })

  it('takes 16 ms for an animation frame where there are none, as in Node', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const letter$ = hot(' -a-b---------------y')
      const expected = '    - 16ms b 17ms y'
      expectObservable(letter$.pipe(conflate(keyOf, 'animationFrame'))).toBe(expected, {
        b: after('b', 1),
        y: after('y', 0),
      })
    })
  })

  it('hands over with the timer of the process where it has no animation frames', () => {
    jest.useFakeTimers()
    const seen: unknown[] = []
    const subscription = NEVER.pipe(startWith('a', 'b'), conflate(keyOf, 'animationFrame')).subscribe(value =>
      seen.push(value),
    )
    jest.advanceTimersByTime(16)
    expect(seen).toEqual([after('b', 1)])
    subscription.unsubscribe()
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it.each([NaN, -1, Infinity, 2 ** 31, 'frame'])(
    'takes no interval of %p, for which no timer waits',
    every => {
      expect(() => conflate(keyOf, every as number)).toThrow(
        'every must be a number of ms from 0 to 2147483647',
      )
    },
  )

  it('hands over the rest also where the first of it makes the values complete', () => {
    inVirtualTime(({ at, watch }) => {
      const letter$ = new Subject<string>()
      const completing$ = letter$.pipe(
        conflate(keyOf, 10),
        tap(() => {
          letter$.complete()
        }),
      )
      const seen = watch(completing$)
      letter$.next('a')
      letter$.next('x')
      at(50, () => {
        expect(seen.timed).toEqual([
          [10, after('a', 0)],
          [10, after('x', 0)],
        ])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('hands over what its consumer brings about before it makes the values complete behind the rest', () => {
    inVirtualTime(({ at, watch }) => {
      const letter$ = new Subject<string>()
      const seen = watch(letter$.pipe(conflate(keyOf, 10)))
      const last$ = letter$.pipe(
        conflate(keyOf, 10),
        tap(({ value }) => {
          if (value !== 'a') return
          letter$.next('b')
          letter$.complete()
        }),
      )
      const completing = watch(last$)
      letter$.next('a')
      letter$.next('x')
      at(50, () => {
        const inOrder = [after('a', 0), after('x', 0), after('b', 0)]
        expect(completing).toMatchObject({ values: inOrder, completed: true })
        expect(seen).toMatchObject({ values: inOrder, completed: true })
      })
    })
  })

  it('keeps what its consumer brings about for the end of the next interval', () => {
    inVirtualTime(({ at, watch }) => {
      const letter$ = new Subject<string>()
      const echoing$ = letter$.pipe(
        conflate(keyOf, 10),
        tap(({ value }) => {
          if (value === 'a') letter$.next('b')
        }),
      )
      const seen = watch(echoing$)
      letter$.next('a')
      letter$.next('x')
      at(50, () => {
        expect(seen.timed).toEqual([
          [10, after('a', 0)],
          [10, after('x', 0)],
          [20, after('b', 0)],
        ])
      })
    })
  })

  it('completes at once where there is nothing, and emits at once what completes at once', () => {
    inVirtualTime(({ watch }) => {
      const nothing = watch(EMPTY.pipe(conflate(keyOf, 10)))
      expect(nothing).toMatchObject({ values: [], completed: true })
      const source$: Observable<string> = concat(from(['a', 'b']), of('x')).pipe(endWith('c'))
      const seen = watch(source$.pipe(conflate(keyOf, 10)))
      expect(seen).toMatchObject({ values: [after('c', 2), after('x', 0)], completed: true })
      expect(watch(NEVER.pipe(conflate(keyOf, 10)), 10).values).toEqual([])
    })
  })
})
