import { EMPTY, NEVER, merge, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType, candles, depth, depthEvents, spotEvents, spots } from 'rx-ctrader'
import type { Link } from 'rx-ctrader'
import { batchSymbols } from '../../../src/streams/sharing/batchSymbols'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_ERROR_RES } = PayloadType

const [EURUSD, GBPUSD, USDCHF] = [1, 2, 3]
const ALL = [EURUSD, GBPUSD, USDCHF]
const NO_SYMBOL = 4711

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
const DEPTH = PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
const NO_DEPTH = PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ

/** What was sent about symbols, with their ids. */
const sentOf = ({ wire }: Scene): unknown[] =>
  wire.sent
    .filter(({ payload }) => payload?.['symbolId'] !== undefined)
    .map(({ payloadType, payload }) => [payloadType, payload?.['symbolId']])

const linkOf = (): Link => ({}) as unknown as Link

const refusal = (errorCode: string, description?: string): CTraderError =>
  new CTraderError({
    reason: 'Refused',
    payloadType: PROTO_OA_ERROR_RES,
    errorCode,
    ...(description && { description }),
  })

describe('spots and depth', () => {
  it('of the same turn are subscribed by one request each, and given back by one', () => {
    scene(play => {
      const { account, at, subscribed, watch } = play
      const seen = ALL.flatMap(symbolId => [
        watch(spotEvents(account, symbolId)),
        watch(depthEvents(account, symbolId)),
      ])
      at(4_000, () => {
        expect(subscribed()).toEqual({ spots: ALL, depth: ALL })
        for (const { unsubscribe } of seen) unsubscribe()
      })
      at(6_000, () => {
        expect(sentOf(play)).toEqual([
          [SPOTS, ALL],
          [DEPTH, ALL],
          [NO_SPOTS, ALL],
          [NO_DEPTH, ALL],
        ])
        expect(subscribed()).toEqual({ spots: [], depth: [] })
      })
    })
  })

  it('of all symbols there are come back after a lost line by one request', () => {
    scene(play => {
      const { account, at, broker, subscribed, watch } = play
      const all = broker.market.catalogue.symbols.map(({ light }) => light.symbolId)
      watch(spots(account, all), 30_000)
      at(5_000, broker.drop)
      at(29_000, () => {
        expect(sentOf(play)).toEqual([
          [SPOTS, all],
          [SPOTS, all],
        ])
        expect(subscribed().spots).toEqual([...all].sort((a, b) => a - b))
      })
    })
  })

  it('of other turns have requests of their own', () => {
    scene(play => {
      const { account, at, watch } = play
      watch(spotEvents(account, EURUSD), 20_000)
      at(1_000, () => {
        watch(spotEvents(account, GBPUSD), 20_000)
      })
      at(19_000, () => {
        expect(sentOf(play)).toEqual([
          [SPOTS, [EURUSD]],
          [SPOTS, [GBPUSD]],
        ])
      })
    })
  })

  it('are each asked for alone where all at once were refused: the bad one stops none', () => {
    scene(play => {
      const { account, at, subscribed, watch } = play
      const seen = [EURUSD, NO_SYMBOL, GBPUSD].map(symbolId => watch(spotEvents(account, symbolId), 30_000))
      at(29_000, () => {
        expect(sentOf(play)).toEqual([
          [SPOTS, [EURUSD, NO_SYMBOL, GBPUSD]],
          [SPOTS, [EURUSD]],
          [SPOTS, [NO_SYMBOL]],
          [SPOTS, [GBPUSD]],
        ])
        expect(seen.map(({ error }) => error !== undefined)).toEqual([false, true, false])
        expect(seen[1]?.error).toMatchObject({ reason: 'Refused', errorCode: 'SYMBOL_NOT_FOUND' })
        expect(seen[2]?.values.length).toBeGreaterThan(0)
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD])
      })
    })
  })

  it('are harmed by none of the same turn that is no id', () => {
    scene(play => {
      const { account, at, subscribed, watch } = play
      const good = [spots(account, EURUSD), depth(account, EURUSD), candles(account, GBPUSD, 1)].map(seen$ =>
        watch<unknown>(seen$, 30_000),
      )
      const named = [NaN, 1.5, -Infinity].flatMap(symbolId => [
        watch<unknown>(spots(account, symbolId)),
        watch<unknown>(depth(account, symbolId)),
        watch<unknown>(spotEvents(account, symbolId)),
        watch<unknown>(depthEvents(account, symbolId)),
      ])
      at(29_000, () => {
        for (const { error } of named) expect(error).toMatchObject({ reason: 'UnknownSymbol' })
        for (const { error, values } of good) expect([error, values.length > 0]).toEqual([undefined, true])
        expect(subscribed()).toEqual({ spots: [EURUSD, GBPUSD], depth: [EURUSD] })
      })
    })
  })

  it('that are there already are given back and asked for anew, each for itself (B1)', () => {
    scene(play => {
      const { account, at, broker, subscribed, watch } = play
      broker.fault({ kind: 'swallow', payloadType: SPOTS, takesEffect: true })
      const seen = watch(spots(account, [EURUSD, GBPUSD]), 60_000)
      at(30_000, () => {
        // Asked again after a pause, each in a turn of its own.
        expect(sentOf(play)).toEqual([
          [SPOTS, [EURUSD, GBPUSD]],
          [SPOTS, [EURUSD]],
          [SPOTS, [GBPUSD]],
          // A server that has them tells their prices only when one changes, so both sides are asked for.
          [NO_SPOTS, [EURUSD]],
          [NO_SPOTS, [GBPUSD]],
          [SPOTS, [EURUSD]],
          [SPOTS, [GBPUSD]],
        ])
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD])
        expect(new Set(seen.values.map(({ symbolId }) => symbolId))).toEqual(new Set([EURUSD, GBPUSD]))
      })
    })
  })

  it('that are left and wanted again in the same turn are not given back', () => {
    scene(play => {
      const { account, at, subscribed, watch } = play
      const first = watch(spotEvents(account, EURUSD))
      at(5_000, () => {
        first.unsubscribe()
        const next = watch(spotEvents(account, EURUSD), 20_000)
        at(15_000, () => {
          expect(sentOf(play)).toEqual([[SPOTS, [EURUSD]]])
          expect(subscribed().spots).toEqual([EURUSD])
          expect(next.values.length).toBeGreaterThan(0)
        })
      })
    })
  })

  it('that have no consumer any more when their turn in the lane comes are not asked for', () => {
    scene(
      play => {
        const { account, at, subscribed, watch } = play
        at(1_500, () => {
          for (let n = 0; n < 3; n++) watch(account.request(PayloadType.PROTO_OA_TRADER_REQ, {}))
          watch(spotEvents(account, EURUSD), 10_000)
          watch(spotEvents(account, GBPUSD), 500)
        })
        at(9_000, () => {
          // What was not asked for is given back all the same: whether it was, the lane alone knows.
          expect(sentOf(play)).toEqual([
            [SPOTS, [EURUSD]],
            [NO_SPOTS, [GBPUSD]],
          ])
          expect(subscribed().spots).toEqual([EURUSD])
        })
      },
      {},
      { rateLimits: { live: 3, historical: 1 } },
    )
  })
})

describe('inBatches', () => {
  const scripted = (answer: (symbolIds: readonly number[]) => Observable<unknown>) => {
    const asked: number[][] = []
    const forSymbol = batchSymbols((_link, symbolIds) => {
      asked.push([...symbolIds])
      return answer(symbolIds)
    })
    return { asked, forSymbol }
  }

  it('completes all when the one answer does', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const { forSymbol } = scripted(() => cold('--|'))
      const link = linkOf()
      expectObservable(forSymbol(link, 1)).toBe('--|')
      expectObservable(forSymbol(link, 2)).toBe('--|')
    })
  })

  it('keeps the links apart', () => {
    inVirtualTime(({ at, watch }) => {
      const { asked, forSymbol } = scripted(() => NEVER)
      const [one, other] = [linkOf(), linkOf()]
      watch(merge(forSymbol(one, 1), forSymbol(other, 2), forSymbol(one, 3)), 10)
      at(9, () => {
        expect(asked).toEqual([[1, 3], [2]])
      })
    })
  })

  it('asks nothing where all leave in the same turn, and asks for a later consumer', () => {
    inVirtualTime(({ at, watch }) => {
      const { asked, forSymbol } = scripted(() => NEVER)
      const link = linkOf()
      const left = [1, 2].map(symbolId => watch(forSymbol(link, symbolId)))
      for (const { unsubscribe } of left) unsubscribe()
      watch(forSymbol(link, 3), 10)
      at(9, () => {
        expect(asked).toEqual([[3]])
      })
    })
  })

  it('gives the error of a request for one to that one', () => {
    inVirtualTime(({ at, watch }) => {
      const { asked, forSymbol } = scripted(() => throwError(() => refusal('SYMBOL_NOT_FOUND')))
      const seen = watch(forSymbol(linkOf(), 1), 10)
      at(9, () => {
        expect(asked).toEqual([[1]])
        expect(seen.error).toMatchObject({ errorCode: 'SYMBOL_NOT_FOUND' })
      })
    })
  })

  it('gives the error of a request for many to all where it is of no symbol', () => {
    inVirtualTime(({ at, watch }) => {
      const errors = [
        new CTraderError({ reason: 'ConnectionLost', sent: true }),
        refusal('INVALID_REQUEST', 'Trading account is not authorized'),
        refusal('CH_CLIENT_NOT_AUTHENTICATED'),
        new Error('another'),
      ]
      for (const error of errors) {
        const { asked, forSymbol } = scripted(() => throwError(() => error))
        const link = linkOf()
        const seen = [1, 2].map(symbolId => watch(forSymbol(link, symbolId), 10))
        at(9, () => {
          expect(asked).toEqual([[1, 2]])
          expect(seen.map(one => one.error)).toEqual([error, error])
        })
      }
    })
  })

  it('asks for each alone where many are refused, and only for those who still want it', () => {
    inVirtualTime(({ at, cold, watch }) => {
      const { asked, forSymbol } = scripted(symbolIds =>
        symbolIds.length > 1 ? cold('--#', {}, refusal('ANY')) : EMPTY,
      )
      const link = linkOf()
      const seen = [1, 2, 3].map(symbolId => watch(forSymbol(link, symbolId), symbolId === 2 ? 1 : 10))
      at(9, () => {
        expect(asked).toEqual([[1, 2, 3], [1], [3]])
        expect(seen.map(({ completed }) => completed)).toEqual([true, false, true])
      })
    })
  })
})
