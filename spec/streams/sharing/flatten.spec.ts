import { flatten } from '../../../src/streams/sharing/flatten'
import { inVirtualTime } from '../../support/virtualTime'

describe('eachOf', () => {
  const lists = { x: ['a', 'b'], y: [], z: ['c'] }

  it('emits the values of each list at once, and completes with the lists', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const list$ = cold('  --x---y-z-|', lists)
      const expected = '    --(ab)--c-|'
      expectObservable(list$.pipe(flatten<string>())).toBe(expected)
    })
  })

  it('errors with them', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const list$ = cold('  --z-#', lists)
      const expected = '    --c-#'
      expectObservable(list$.pipe(flatten<string>())).toBe(expected)
    })
  })

  it('leaves them with its consumer', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const list$ = cold('  --z---z-', lists)
      const unsubscribed = '---!'
      const expected = '    --c-'
      expectObservable(list$.pipe(flatten<string>()), unsubscribed).toBe(expected)
      expectSubscriptions(list$.subscriptions).toBe('^--!')
    })
  })
})
