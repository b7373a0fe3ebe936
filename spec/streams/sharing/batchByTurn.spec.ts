import { NEVER, map, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import { batchByTurn } from '../../../src/streams/sharing/batchByTurn'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_SYMBOL_BY_ID_REQ } = PayloadType

const refused = new CTraderError({
  reason: 'Refused',
  payloadType: PROTO_OA_SYMBOL_BY_ID_REQ,
  errorCode: 'INVALID_REQUEST',
})

/** Each key's entry of the answer. */
const entries = <K, V>(ask: (keys: readonly K[]) => Observable<ReadonlyMap<K, V>>, most?: number) => {
  const batched = batchByTurn(ask, most)
  return (key: K): Observable<V | undefined> => batched(key).pipe(map(answers => answers.get(key)))
}

describe('batched', () => {
  it('asks once for what is wanted in the same turn, each key once', () => {
    inVirtualTime(({ at, cold, watch }) => {
      const asked: string[][] = []
      const lengthOf = entries((keys: readonly string[]) => {
        asked.push([...keys])
        return cold('--(a|)', { a: new Map(keys.map(key => [key, key.length])) })
      })
      const seen = ['a', 'bb', 'a'].map(key => watch(lengthOf(key)))
      expect(asked).toEqual([])
      at(1, () => {
        watch(lengthOf('ccc'))
      })
      at(10, () => {
        expect(asked).toEqual([['a', 'bb'], ['ccc']])
        expect(seen.map(({ timed }) => timed)).toEqual([[[2, 1]], [[2, 2]], [[2, 1]]])
        expect(seen.every(({ completed }) => completed)).toBe(true)
      })
    })
  })

  it('asks for so many at once at most that an answer has room in a frame (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const asked: number[][] = []
      const doubled = entries((keys: readonly number[]) => {
        asked.push([...keys])
        return of(new Map(keys.map(key => [key, 2 * key])))
      }, 500)
      const keys = Array.from({ length: 1_200 }, (_, key) => key)
      const seen = keys.map(key => watch(doubled(key)))
      at(1, () => {
        expect(asked.map(({ length }) => length)).toEqual([500, 500, 200])
        expect(seen.map(({ values }) => values)).toEqual(keys.map(key => [2 * key]))
      })
    })
  })

  it('asks nothing where all have left before their turn, and not for them later', () => {
    inVirtualTime(({ at, watch }) => {
      const asked: string[][] = []
      const ask = entries((keys: readonly string[]) => {
        asked.push([...keys])
        return of(new Map([['a', 1]]))
      })
      ask('a').subscribe().unsubscribe()
      watch(ask('b'))
      at(1, () => {
        expect(asked).toEqual([['b']])
      })
    })
  })

  it('asks only for those who still want it when the request is sent', () => {
    inVirtualTime(({ at, watch }) => {
      let held: readonly string[] = []
      const ask = batchByTurn((keys: readonly string[]) => {
        held = keys
        return NEVER
      })
      const [first, second] = ['a', 'a', 'b', 'c', 'c'].map(key => watch(ask(key), 10))
      at(1, () => {
        expect(held).toEqual(['a', 'b', 'c'])
        first?.unsubscribe()
        expect(held).toEqual(['a', 'b', 'c'])
        second?.unsubscribe()
        expect(held).toEqual(['b', 'c'])
      })
    })
  })

  it('asks for each by itself where several together are refused', () => {
    inVirtualTime(({ at, watch }) => {
      const asked: string[][] = []
      const ask = entries((keys: readonly string[]) => {
        asked.push([...keys])
        return keys.includes('bad') ? throwError(() => refused) : of(new Map(keys.map(key => [key, 1])))
      })
      const [bad, good] = ['bad', 'good'].map(key => watch(ask(key)))
      at(1, () => {
        expect(asked).toEqual([['bad', 'good'], ['bad'], ['good']])
        expect(good?.values).toEqual([1])
        expect(bad?.error).toBe(refused)
      })
    })
  })

  it('errors for all with anything else', () => {
    inVirtualTime(({ at, watch }) => {
      const error = new CTraderError({
        reason: 'InvalidAnswer',
        payloadType: PROTO_OA_SYMBOL_BY_ID_REQ,
        faults: [],
      })
      const asked: string[][] = []
      const ask = entries((keys: readonly string[]) => {
        asked.push([...keys])
        return throwError(() => error)
      })
      const seen = ['a', 'b'].map(key => watch(ask(key)))
      at(1, () => {
        expect(seen.map(one => one.error)).toEqual([error, error])
        expect(asked).toEqual([['a', 'b']])
      })
    })
  })
})
