import { forEachKey } from '../../src/operators/forEachKey'
import { inVirtualTime } from '../support/virtualTime'

const sets = {
  n: new Set<string>(),
  a: new Set(['a']),
  b: new Set(['b']),
  c: new Set(['a', 'b']),
}

describe('forEachKey', () => {
  it('has one stream for each key, from when it comes to when it goes, and leaves those alone that stay', () => {
    inVirtualTime(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const streams = { a: cold('--x--x--x'), b: cold('-y-y-y-y-y') }
      const key$ = hot<ReadonlySet<string>>('         a--c---b---n-c-----', sets)
      const each$ = key$.pipe(forEachKey(key => (key === 'a' ? streams.a : streams.b)))
      expectObservable(each$, '               ^-----------------!').toBe('--x-yxy-y-y---yxy')
      expectSubscriptions(streams.a.subscriptions).toBe(['^------!', '-------------^----!'])
      expectSubscriptions(streams.b.subscriptions).toBe(['---^-------!', '-------------^----!'])
    })
  })

  it('errors with the source, and with any of the streams, and ends the others', () => {
    inVirtualTime(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const [a, b] = [cold('------'), cold('--#')]
      const make = (key: string) => (key === 'a' ? a : b)
      expectObservable(hot<ReadonlySet<string>>('c-----', sets).pipe(forEachKey(make))).toBe('--#')
      expectSubscriptions(a.subscriptions).toBe('^-!')
      expectObservable(hot<ReadonlySet<string>>('-#', sets).pipe(forEachKey(make))).toBe('-#')
    })
  })

  it('completes neither with the source nor with its streams', () => {
    inVirtualTime(({ hot, cold, expectObservable }) => {
      const each$ = hot<ReadonlySet<string>>('a-|', sets).pipe(forEachKey(() => cold('-x|')))
      expectObservable(each$).toBe('-x---')
    })
  })
})
