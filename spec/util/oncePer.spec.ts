import { oncePer } from '../../src/util/oncePer'

describe('oncePer', () => {
  it('makes one for each object, with what the first who wants it gives', () => {
    const make = jest.fn((_key: object, name: string) => ({ name }))
    const made = oncePer(make)
    const [one, other] = [{}, {}]
    expect(made(one, 'first')).toBe(made(one, 'second'))
    expect(made(other, 'third')).toEqual({ name: 'third' })
    expect(make).toHaveBeenCalledTimes(2)
  })

  it('tries again where nothing could be made', () => {
    let tries = 0
    const made = oncePer(() => {
      tries += 1
      if (tries === 1) throw new Error('not now')
      return { tries }
    })
    const key = {}
    expect(() => made(key)).toThrow('not now')
    expect(made(key)).toEqual({ tries: 2 })
  })
})
