import { withStaleness } from 'rx-ctrader'
import { inVirtualTime } from '../support/virtualTime'

const fresh = (value: string): { value: string; stale: boolean } => ({ value, stale: false })
const stale = (value: string): { value: string; stale: boolean } => ({ value, stale: true })
const values = { a: fresh('a'), b: fresh('b'), c: fresh('c'), A: stale('a'), B: stale('b'), C: stale('c') }

describe('withStaleness', () => {
  it('emits each value at once, and once more as stale when nothing newer came', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const value$ = hot('  -a--------b--------------')
      const expected = '    -a----A---b----B---------'
      expectObservable(value$.pipe(withStaleness(5))).toBe(expected, values)
    })
  })

  it('calls nothing stale that is followed by something newer in time', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const value$ = hot('  -a---b---c------------')
      const expected = '    -a---b---c----C-------'
      expectObservable(value$.pipe(withStaleness(5))).toBe(expected, values)
    })
  })

  it('completes when the last value is stale', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const value$ = cold(' -a-b|')
      const subscribed = '  ^---!'
      const expected = '    -a-b----(B|)'
      expectObservable(value$.pipe(withStaleness(5))).toBe(expected, values)
      expectSubscriptions(value$.subscriptions).toBe(subscribed)
    })
  })

  it('completes at once where nothing is to become stale', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const none$ = cold('  ---|')
      const noneSeen = '    ---|'
      expectObservable(none$.pipe(withStaleness(5))).toBe(noneSeen)
      const old$ = cold('   -a--------|')
      const oldSeen = '     -a----A---|'
      expectObservable(old$.pipe(withStaleness(5))).toBe(oldSeen, values)
    })
  })

  it('errors at once', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const value$ = cold(' -a-#')
      const expected = '    -a-#'
      expectObservable(value$.pipe(withStaleness(5))).toBe(expected, values)
    })
  })

  it.each([NaN, -5, Infinity, 30 * 86_400_000])('takes no %d ms, for which no timer waits', after => {
    expect(() => withStaleness(after)).toThrow('after must be a number of ms from 0 to 2147483647')
  })

  it('leaves neither a timer nor a subscription when its consumer leaves', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const value$ = cold(' -a-------b')
      const leaves = '      ^--!'
      const expected = '    -a--------'
      expectObservable(value$.pipe(withStaleness(5)), leaves).toBe(expected, values)
      expectSubscriptions(value$.subscriptions).toBe(leaves)
    })
  })
})
