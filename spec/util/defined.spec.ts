import { defined } from '../../src/util/defined'

describe('defined', () => {
  it('keeps the fields that have a value, in their order', () => {
    expect(Object.entries(defined({ b: 0, a: undefined, c: null, d: '' }))).toEqual([
      ['b', 0],
      ['c', null],
      ['d', ''],
    ])
  })

  it('gives what an optional field takes, which must not be undefined', () => {
    const detail: string | undefined = ['a', undefined][1]
    const error: { readonly reason: string; readonly detail?: string } = {
      reason: 'why',
      ...defined({ detail }),
    }
    expect('detail' in error).toBe(false)
  })
})
