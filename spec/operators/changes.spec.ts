import { changes } from '../../src/operators/changes'
import { inVirtualTime } from '../support/virtualTime'

describe('changes', () => {
  const a = { id: 'a' }
  const b = { id: 'b' }
  const other = { id: 'b', n: 2 }
  const same = new Map([
    ['b', other],
    ['a', a],
  ])
  const maps = {
    e: new Map<string, object>(),
    f: new Map(),
    m: new Map<string, object>([['a', a]]),
    n: new Map<string, object>([
      ['a', a],
      ['b', b],
    ]),
    o: same,
    p: new Map<string, object>([['b', other]]),
  }
  const none = { added: [], changed: [], removed: [] }

  it('tells what was added, changed and removed from each map to the next, everything of the first as added', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      expectObservable(cold<ReadonlyMap<string, object>>('n-o-p-e|', maps).pipe(changes())).toBe('n-o-p-e|', {
        n: { ...none, all: [a, b], added: [a, b] },
        o: { ...none, all: [other, a], changed: [other] },
        p: { ...none, all: [other], removed: [a] },
        e: { ...none, all: [], removed: [other] },
      })
    })
  })

  it('says nothing of the same map, and that an empty one is empty', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      expectObservable(cold<ReadonlyMap<string, object>>('emm', maps).pipe(changes())).toBe('em-', {
        e: { ...none, all: [] },
        m: { ...none, all: [a], added: [a] },
      })
    })
  })

  it('errors with the source, and begins anew with each subscription', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const changes$ = cold<ReadonlyMap<string, object>>('m-#', maps).pipe(changes())
      const values = { m: { ...none, all: [a], added: [a] } }
      expectObservable(changes$).toBe('m-#', values)
      expectObservable(changes$, '--^').toBe('--m-#', values)
    })
  })
})
