import { createUnquoted } from '../../../src/streams/valuation/unquoted'

describe('a position that quotes do not value', () => {
  it('waits, is given up, gets the answer of the server, and is valued by quotes at last', () => {
    const { missing, ...unquoted } = createUnquoted()
    unquoted.await(1)
    expect(unquoted.wait()).toBeDefined()
    expect(unquoted.giveUp()).toEqual([1])
    expect([unquoted.wait(), [...missing]]).toEqual([undefined, [1]])
    expect(unquoted.answer(1)).toBe(true)
    expect([unquoted.wait(), missing.size]).toEqual([undefined, 0])
    expect(unquoted.question()).toBeDefined()
    expect(unquoted.settle(1)).toBe(true)
    expect(unquoted.question()).toBeUndefined()
  })

  it('is not given up again while the server has an answer', () => {
    const unquoted = createUnquoted()
    unquoted.await(1)
    unquoted.answer(1)
    expect(unquoted.giveUp()).toEqual([])
    unquoted.await(1)
    expect(unquoted.giveUp()).toEqual([1])
  })

  it('may wait after it was given up', () => {
    const { missing, ...unquoted } = createUnquoted()
    unquoted.await(1)
    unquoted.giveUp()
    unquoted.await(1)
    expect([missing.size, unquoted.wait()]).toEqual([0, 2])
  })

  it('takes no answer once quotes value it', () => {
    const unquoted = createUnquoted()
    expect(unquoted.answer(1)).toBe(false)
    expect([unquoted.wait(), unquoted.question()]).toEqual([undefined, undefined])
  })

  it('shares a wait with those that wait already, and asks anew', () => {
    const unquoted = createUnquoted()
    unquoted.await(1)
    const [wait, question] = [unquoted.wait(), unquoted.question()]
    unquoted.await(2)
    expect(unquoted.wait()).toBe(wait)
    expect(unquoted.question()).not.toBe(question)
  })
})
