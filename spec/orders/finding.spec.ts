import { of, takeWhile, throwError } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import { findingOut } from '../../src/orders/finding'
import type { Found } from '../../src/orders/finding'
import { inVirtualTime } from '../support/virtualTime'

describe('finding out what became of a command', () => {
  /** What the server shows of it, first and after the time of grace. */
  const finding = (first: Found, second: Found, check: (seen: object) => void): void => {
    inVirtualTime(({ at, watch }) => {
      const shown = [first, second]
      const seen = watch(
        findingOut({
          id: 'one',
          grace: 5_000,
          look: () => of(shown.shift() ?? second),
          hear: () => ({ updates: [], isOver: true }),
          isOpen: () => true,
        }).pipe(takeWhile(({ isOver }) => !isOver, true)),
      )
      at(10_000, () => {
        check(seen)
      })
    })
  }

  it('says that it is absent if it is so again, and what there is instead', () => {
    finding({ state: 'absent' }, { state: 'absent' }, seen => {
      expect(seen).toMatchObject({
        error: { reason: 'NotSent', id: 'one', detail: 'the server was asked, and shows nothing of it' },
      })
    })
    finding({ state: 'absent' }, { state: 'absent', detail: 'there is another' }, seen => {
      expect(seen).toMatchObject({ error: { reason: 'NotSent', detail: 'there is another' } })
    })
  })

  it('hears what is shown in the end before it says so', () => {
    finding({ state: 'absent' }, { state: 'absent', heard: [{}] }, seen => {
      expect(seen).toMatchObject({ values: [{ isOver: true }], completed: true })
    })
  })

  const refusing = (error: CTraderError) => {
    let asked = 0
    const found$ = findingOut({
      id: 'a-1',
      grace: 5_000,
      hear: () => ({ updates: [], isOver: false }),
      isOpen: () => true,
      look: () =>
        throwError(() => {
          asked += 1
          return error
        }),
    })
    return { found$, asked: () => asked }
  }

  it('asks again where a question was refused, with growing pauses', () => {
    inVirtualTime(({ at, watch }) => {
      const { found$, asked } = refusing(
        new CTraderError({ reason: 'Refused', payloadType: 2175, errorCode: 'UNKNOWN_ERROR' }),
      )
      const seen = watch(found$)
      at(100_000, () => {
        expect(seen.error).toBeUndefined()
        // After 1, 2, 4, 8, 16 s, and then every 30 s.
        expect(asked()).toBe(8)
      })
    })
  })

  it('errors where a question can never be sent', () => {
    const error = new CTraderError({ reason: 'InvalidRequest', payloadType: 2181, faults: [] })
    inVirtualTime(({ at, watch }) => {
      const { found$, asked } = refusing(error)
      const seen = watch(found$)
      at(1_000, () => {
        expect([seen.error, asked()]).toEqual([error, 1])
      })
    })
  })
})
