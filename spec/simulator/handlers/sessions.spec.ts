import * as fc from 'fast-check'
import { sessions } from './sessionsPlan'
import { play } from './sessionsPlay'

jest.setTimeout(60_000)

describe('traders on one server', () => {
  it('with any commands, all adds up, each session hears of all its accounts and of no other, and it can be repeated', () => {
    const seen: Record<string, number> = {}
    fc.assert(
      fc.property(sessions, session => {
        const { texts, faults, count } = play(session)
        expect(faults).toEqual([])
        expect(JSON.stringify(play(session).texts) === JSON.stringify(texts)).toBe(true)
        for (const [key, times] of Object.entries(count)) seen[key] = (seen[key] ?? 0) + times
      }),
      { numRuns: 11, seed: 20260107, endOnFailure: true },
    )
    // They do trade: orders are accepted, filled, replaced, cancelled, expire and are rejected; swaps are charged.
    for (const type of [2, 3, 4, 5, 6, 7, 9, 10]) expect(seen[`2126/${type}`]).toBeGreaterThan(5)
  })
})
