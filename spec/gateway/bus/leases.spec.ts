import * as fc from 'fast-check'
import { interval, takeUntil, timer } from 'rxjs'
import type { Lease } from 'rx-ctrader/gateway'
import { monotonicNow } from '../../../src/clock'
import { createLeases } from '../../../src/gateway/bus/leases'
import { memoryStore } from '../../../src/gateway/bus/store'
import type { Store } from '../../../src/gateway/bus/store'
import { forgetfulStore } from '../../support/forgetfulStore'
import { remoteProcess } from '../../support/remoteProcess'
import type { Fate } from '../../support/remoteProcess'
import { inVirtualTime } from '../../support/virtualTime'

/** `LEASE_RUNS=2000 npm run spec -- spec/gateway/bus/leases` for many more. */
const RUNS = Number(process.env['LEASE_RUNS'] ?? 25)

const TTL = 3_000
const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }

let holders = 0

/** A process that wants the lease. */
const contender = (store: Store, rate = 1, nextFate = (): Fate => PROMPT) => {
  const remote = remoteProcess(rate)
  const won: Lease[] = []
  const lease = createLeases({
    store: remote.reach(store, nextFate),
    clock: remote.clock,
    nextHolder: () => String((holders += 1)),
  })
  const campaign = lease('line', { ttl: TTL }).subscribe(next => won.push(next))
  return {
    ...remote,
    won,
    isSure: (): boolean => !remote.isDead() && (won.at(-1)?.isSure() ?? false),
    leave: () => {
      campaign.unsubscribe()
    },
  }
}

const fate = fc.record({
  there: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 20 }) },
    fc.integer({ min: 0, max: 3_000 }),
  ),
  back: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.integer({ min: 0, max: 700 })),
  lost: fc.constantFrom<Fate['lost'][]>(
    'nothing',
    'nothing',
    'nothing',
    'nothing',
    'nothing',
    'request',
    'answer',
  ),
})
const deed = fc.record({
  at: fc.integer({ min: 0, max: 40_000 }),
  who: fc.integer({ min: 0, max: 2 }),
  what: fc.constantFrom('pause', 'cut', 'kill'),
  /** Most are about as long as a lease lives. */
  lasts: fc.integer({ min: 500, max: 6_000 }),
})

describe('a lease', () => {
  it('is held by one at a time, with growing epochs, and by one in the end', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(0.9, 1, 1.1))),
        fc.array(fate, { minLength: 1, maxLength: 40 }),
        fc.array(deed, { minLength: 5, maxLength: 20 }),
        (rates, fates, deeds) => {
          inVirtualTime(({ at }) => {
            const store = memoryStore()
            let used = 0
            let isQuiet = false
            const nextFate = (): Fate => (isQuiet ? PROMPT : (fates[(used += 1) % fates.length] ?? PROMPT))
            const all = rates.map(rate => contender(store, rate, nextFate))
            for (const { at: begin, who, what, lasts } of deeds) {
              const one = all[who]
              at(begin, () => {
                if (what === 'pause') one?.pause()
                else if (what === 'cut') one?.cut()
                else if (all.filter(other => !other.isDead()).length > 1) one?.kill()
              })
              at(begin + lasts, () => {
                if (what === 'pause') one?.resume()
                else one?.join()
              })
            }
            interval(50)
              .pipe(takeUntil(timer(65_000)))
              .subscribe(() => {
                expect(all.filter(one => one.isSure()).length).toBeLessThan(2)
              })
            at(47_000, () => {
              isQuiet = true
            })
            at(60_000, () => {
              const epochs = all.flatMap(({ won }) => won.map(({ epoch }) => epoch))
              expect(new Set(epochs).size).toBe(epochs.length)
              for (const { won } of all)
                expect(won.map(({ epoch }) => epoch)).toEqual(
                  won.map(({ epoch }) => epoch).sort((a, b) => a - b),
                )
              expect(all.filter(one => one.isSure())).toHaveLength(1)
            })
            at(66_000, () => {
              for (const one of all) one.leave()
            })
          })
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('is lost when another is seen to have it, and never stolen back', () => {
    inVirtualTime(({ at, watch }) => {
      const store = memoryStore()
      const one = contender(store)
      const lost: number[] = []
      let revision = 0
      at(1_000, () => {
        one.won[0]?.lost$.subscribe(() => lost.push(monotonicNow()))
        store.get('line').subscribe(entry => {
          revision = entry?.revision ?? 0
        })
        store.put('line', JSON.stringify({ holder: 'other', ttl: TTL }), revision).subscribe()
      })
      at(1_010, () => {
        expect(lost).toEqual([1_005])
        expect(one.isSure()).toBe(false)
      })
      at(3_900, () => {
        expect(watch(store.get('line')).values).toMatchObject([{ revision: revision + 1 }])
        expect(one.won).toHaveLength(1)
      })
      at(4_100, () => {
        expect(one.won.map(({ epoch }) => epoch)).toEqual([1, revision + 2])
        one.leave()
      })
    })
  })

  it('is sure from the beginning of a renewal, not from its answer', () => {
    for (let cutAt = 5_000; cutAt < 5_800; cutAt += 100)
      inVirtualTime(({ at }) => {
        const store = memoryStore()
        const slow = contender(store, 0.9, () => ({ there: 1, back: 700, lost: 'nothing' }))
        at(5_000, () => {
          const quick = contender(store, 1.1)
          at(cutAt, slow.cut)
          interval(10)
            .pipe(takeUntil(timer(9_000)))
            .subscribe(() => {
              expect(slow.isSure() && quick.isSure()).toBe(false)
            })
          at(9_000, () => {
            expect(quick.isSure()).toBe(true)
            quick.leave()
            slow.leave()
          })
        })
      })
  })

  it('is kept where its store has lost the last renewals', () => {
    inVirtualTime(({ at }) => {
      const store = forgetfulStore()
      const one = contender(store)
      const other = contender(store)
      at(10_000, () => {
        store.forget(3)
      })
      at(30_000, () => {
        expect([one, other].map(({ won }) => won.length)).toEqual([1, 0])
        expect(one.isSure()).toBe(true)
        one.leave()
        other.leave()
      })
    })
  })

  it('is taken over, with a larger epoch, where its holder and the last writes are lost', () => {
    // All renewals are lost, or the write that won it, too.
    for (const count of [12, 13])
      inVirtualTime(({ at }) => {
        const store = forgetfulStore()
        const first = contender(store)
        at(3_000, first.leave)
        const one = contender(store)
        const other = contender(store)
        at(12_000, () => {
          store.forget(count)
          one.kill()
        })
        at(21_000, () => {
          expect(other.isSure()).toBe(true)
          expect(other.won[0]?.epoch).toBeGreaterThan(one.won[0]?.epoch ?? Infinity)
          other.leave()
          one.leave()
        })
      })
  })

  it('is held by one in the end, wherever its store has lost writes', () => {
    const forgetting = fc.record({
      at: fc.integer({ min: 0, max: 40_000 }),
      count: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 1, maxLength: 40 }),
        fc.array(forgetting, { minLength: 1, maxLength: 4 }),
        (fates, losses) => {
          inVirtualTime(({ at }) => {
            const store = forgetfulStore()
            let used = 0
            let isQuiet = false
            const nextFate = (): Fate => (isQuiet ? PROMPT : (fates[(used += 1) % fates.length] ?? PROMPT))
            const all = [0.9, 1, 1.1].map(rate => contender(store, rate, nextFate))
            for (const { at: lost, count } of losses)
              at(lost, () => {
                store.forget(count)
              })
            at(42_000, () => {
              isQuiet = true
            })
            at(60_000, () => {
              expect(all.filter(one => one.isSure())).toHaveLength(1)
              for (const one of all) one.leave()
            })
          })
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('is given back again, if that was lost', () => {
    inVirtualTime(({ at }) => {
      const store = memoryStore()
      const fates: Fate[] = []
      const one = contender(store, 1, () => fates.shift() ?? PROMPT)
      const other = contender(store)
      at(1_000, () => {
        fates.push({ ...PROMPT, lost: 'request' })
        one.leave()
      })
      at(2_600, () => {
        // Once 750 ms for the answer, and once more.
        expect(other.isSure()).toBe(true)
        other.leave()
      })
    })
  })

  it('is given back, if it was won by a write of one who has left', () => {
    inVirtualTime(({ at }) => {
      const store = memoryStore()
      const one = contender(store, 1, () => ({ there: 100, back: 100, lost: 'nothing' }))
      at(50, one.leave)
      at(150, () => {
        const other = contender(store)
        at(500, () => {
          expect(other.won).toHaveLength(1)
          other.leave()
        })
      })
    })
  })

  it('is sure ahead for as long as no other can have it', () => {
    inVirtualTime(({ at }) => {
      const one = contender(memoryStore())
      at(1_000, one.cut)
      at(1_010, () => {
        const [lease] = one.won
        // It was renewed at 750 ms, and is sure for 0.8 of its time to live.
        expect([0, 2_000, 2_200, TTL].map(ahead => lease?.isSure(ahead))).toEqual([true, true, false, false])
        one.leave()
      })
    })
  })

  it('is free where something else was written than who holds it', () => {
    inVirtualTime(({ at }) => {
      const store = memoryStore()
      for (const [after, text] of ['no JSON', '{}'].entries()) store.put('line', text, after).subscribe()
      const one = contender(store)
      at(100, () => {
        expect(one.isSure()).toBe(true)
        one.leave()
      })
    })
  })

  it('is taken over a time to live after its holder has died, and at once when it was given back', () => {
    inVirtualTime(({ at }) => {
      const store = memoryStore()
      const one = contender(store)
      const other = contender(store)
      const third = contender(store)
      at(10_000, () => {
        expect([one, other, third].map(({ won }) => won.length)).toEqual([1, 0, 0])
        one.kill()
      })
      at(13_100, () => {
        expect([other, third].map(({ won }) => won.length)).toEqual([1, 0])
        other.leave()
        expect(other.won[0]?.isSure()).toBe(false)
      })
      at(13_150, () => {
        expect(third.isSure()).toBe(true)
        third.leave()
        one.leave()
      })
    })
  })
})
