import { omitUndefined } from '../../src/util/omitUndefined'

describe('omitUndefined', () => {
  it('keeps the fields that have a value, in their order', () => {
    expect(Object.entries(omitUndefined({ b: 0, a: undefined, c: null, d: '' }))).toEqual([
      ['b', 0],
      ['c', null],
      ['d', ''],
    ])
  })

  it('gives what an optional field takes, which must not be undefined', () => {
    const detail: string | undefined = ['a', undefined][1]
    const error: { readonly reason: string; readonly detail?: string } = {
      reason: 'why',
      ...omitUndefined({ detail }),
    }
    expect('detail' in error).toBe(false)
  })
})
