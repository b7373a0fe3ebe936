import { config, take } from 'rxjs'
import { PayloadType, pnl, spots, toWirePrice } from 'rx-ctrader'
import type { Pnl, ProtoOAPosition, ProtoOATrader } from 'rx-ctrader'
import { noPrices } from '../../../src/operators/mergeQuote'
import type { KnownPrices } from '../../../src/operators/mergeQuote'
import { unrealisedProfits } from '../../../src/simulator/trading/queries/queries'
import { persistentMap } from '../../../src/util/persistentMap'
import { createValuation } from '../../../src/streams/valuation/valuation'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import type { Seen } from '../../support/virtualTime'
import { RECONCILE, TRADER, position } from '../account/accountServer'
import { EURUSD, SELL, USDJPY, tradesOn } from '../account/trades'

const { PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ, PROTO_OA_SYMBOL_CHANGED_EVENT } = PayloadType

const EURGBP = 9
const GBPUSD = 2
const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
const LATENCY = 10
const FRIDAY_EVENING = Date.UTC(2026, 0, 9, 21, 20)

/** The last value of each ms from one time to another, with what the server said of that ms. */
const compared = (stage: Scene, seen: Seen<Pnl>, from: number, to: number): readonly [unknown, unknown][] => {
  const { broker } = stage
  const began = broker.now() - to
  const byTime = new Map(seen.timed.filter(([ms]) => ms >= from && ms < to))
  return [...byTime].map(([ms, { gross, net }]) => {
    const each = unrealisedProfits(broker.exchange.account(ACCOUNT), began + ms - LATENCY)
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
    return [
      { gross, net },
      {
        gross: sum(each.map(one => one.grossUnrealizedPnL)),
        net: sum(each.map(one => one.netUnrealizedPnL)),
      },
    ]
  })
}

const expectSame = (pairs: readonly [unknown, unknown][], atLeast: number): void => {
  expect(pairs.length).toBeGreaterThan(atLeast)
  expect(pairs.map(([ours]) => ours)).toEqual(pairs.map(([, theirs]) => theirs))
}

const openAll = (stage: Scene): void => {
  const { place } = tradesOn(stage)
  place({ volume: 700_000 })
  place({ tradeSide: SELL, volume: 300_000 })
  place({ symbolId: USDJPY, volume: 500_000 })
  place({ symbolId: EURGBP, tradeSide: SELL, volume: 900_000 })
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('pnl', () => {
  it('is what the server says, at every tick of every symbol that it depends on', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        expect(seen.values).toEqual([
          { gross: 0, net: 0, moneyDigits: 2, changed: [], positions: new Map(), unvalued: [] },
        ])
        openAll(stage)
      })
      at(50_000, () => {
        expectSame(compared(stage, seen, 5_000, 50_000), 50)
        const each = unrealisedProfits(broker.exchange.account(ACCOUNT), broker.now() - LATENCY)
        const last = seen.values.at(-1)
        expect(each).toHaveLength(4)
        for (const { positionId, grossUnrealizedPnL, netUnrealizedPnL } of each)
          expect(last?.positions.get(positionId)).toMatchObject({
            gross: grossUnrealizedPnL,
            net: netUnrealizedPnL,
          })
      })
    })
  })

  it('tells of the positions alone that a quote concerns: its own, and those whose profit it converts', () => {
    scene(stage => {
      const { account, at, watch } = stage
      const seen = watch(pnl(account), 60_000)
      const quotes = watch(spots(account, [EURUSD, GBPUSD, USDJPY, EURGBP]), 60_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(50_000, () => {
        const concerned: Record<number, readonly number[]> = {
          [EURUSD]: [EURUSD],
          [GBPUSD]: [EURGBP],
          [USDJPY]: [USDJPY],
          [EURGBP]: [EURGBP],
        }
        let told = 0
        for (const [ms, { changed }] of seen.timed.filter(([ms]) => ms > 5_000)) {
          const quoted = quotes.timed
            .filter(([at]) => at === ms)
            .flatMap(([, { symbolId }]) => concerned[symbolId])
          for (const { symbolId } of changed) expect(quoted).toContain(symbolId)
          expect(changed.length).toBeGreaterThan(0)
          told += changed.length
        }
        expect(told).toBeGreaterThan(50)
      })
    })
  })

  it('subscribes what it needs once and gives it back; a late consumer gets the latest at once, all as changed', () => {
    scene(stage => {
      const { account, asked, at, subscribed, watch } = stage
      const first = watch(pnl(account), 20_000)
      watch(pnl(account), 10_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(9_000, () => {
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD, USDJPY, EURGBP].sort((a, b) => a - b))
        asked()
        const late = watch(pnl(account), 500)
        expect(late.values).toHaveLength(1)
        expect(late.values[0]).toMatchObject({
          gross: first.values.at(-1)?.gross,
          net: first.values.at(-1)?.net,
        })
        expect(late.values[0]?.changed).toHaveLength(4)
        expect(asked()).toEqual([])
      })
      at(21_000, () => {
        expect(asked().filter(type => type !== TRADER && type !== RECONCILE)).toEqual([NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives a symbol back with its last position', () => {
    scene(stage => {
      const { account, at, broker, subscribed, watch } = stage
      const { close, place } = tradesOn(stage)
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        place()
        place({ symbolId: USDJPY })
      })
      at(5_000, () => {
        expect(subscribed().spots).toEqual([EURUSD, USDJPY])
        const open = broker.exchange.ledger(ACCOUNT).positions
        close(open.find(({ tradeData }) => tradeData.symbolId === EURUSD)?.positionId)
      })
      at(8_000, () => {
        expect(subscribed().spots).toEqual([USDJPY])
        expect(seen.values.at(-1)?.positions.size).toBe(1)
        // Moved while no one listened.
        broker.shift(EURUSD, 500)
      })
      at(20_000, () => {
        place({ volume: 400_000 })
      })
      at(40_000, () => {
        expectSame(compared(stage, seen, 21_000, 40_000), 10)
      })
    })
  })

  it('is silent while the line is down, and after it never of quotes or positions of before', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { closeElsewhere } = tradesOn(stage)
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(10_000, () => {
        broker.drop()
        // The quotes are there again a second before the positions are.
        broker.fault({ kind: 'refuse', payloadType: RECONCILE, errorCode: 'CANT_ROUTE_REQUEST' })
        broker.shift(EURUSD, 800)
        broker.shift(USDJPY, -90_000)
        const [first] = broker.exchange.ledger(ACCOUNT).positions
        closeElsewhere(first?.positionId, first?.tradeData.volume)
      })
      at(30_000, () => {
        expect(seen.timed.filter(([ms]) => ms > 10_010 && ms < 11_500)).toEqual([])
        expectSame(compared(stage, seen, 10_500, 30_000), 20)
        expect(seen.values.at(-1)?.positions.size).toBe(3)
      })
    })
  })

  it('is known at the weekend too, when the market is closed', () => {
    scene(
      stage => {
        const { account, at, broker, watch } = stage
        const { place } = tradesOn(stage)
        at(1_000, () => {
          place({ volume: 700_000 })
          place({ symbolId: USDJPY, volume: 500_000 })
        })
        const evening = 30 * 60_000
        at(evening, () => {
          expect(broker.market.isOpen(EURUSD, broker.now())).toBe(false)
          const seen = watch(pnl(account), 10_000)
          at(5_000, () => {
            expectSame(compared(stage, seen, evening, evening + 5_000), 0)
            expect(seen.values).toHaveLength(1)
            expect(seen.values[0]?.positions.size).toBe(2)
          })
        })
        watch(account.accountAuth$, evening + 20_000)
      },
      { start: FRIDAY_EVENING },
    )
  })

  it('goes on where the server says that a symbol has changed', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(10_000, () => {
        broker.push(
          JSON.stringify({
            payloadType: PROTO_OA_SYMBOL_CHANGED_EVENT,
            payload: { ctidTraderAccountId: ACCOUNT, symbolId: [EURUSD] },
          }),
        )
      })
      at(30_000, () => {
        expect(seen.error).toBeUndefined()
        expectSame(compared(stage, seen, 10_500, 30_000), 20)
      })
    })
  })

  it('goes on for the others where one throws and another leaves in the middle', () => {
    config.onUnhandledError = () => undefined
    scene(stage => {
      const { account, at, watch } = stage
      pnl(account)
        .pipe(take(3))
        .subscribe(() => {
          throw new Error('a consumer of its own')
        })
      watch(pnl(account).pipe(take(5)))
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(30_000, () => {
        expectSame(compared(stage, seen, 5_000, 30_000), 20)
      })
    })
  })

  it('asks again where it is refused for the time being', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'CANT_ROUTE_REQUEST', times: 3 })
      broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
        errorCode: 'CANT_ROUTE_REQUEST',
        times: 2,
      })
      const seen = watch(pnl(account), 60_000)
      at(1_000, () => {
        openAll(stage)
      })
      at(30_000, () => {
        expectSame(compared(stage, seen, 15_000, 30_000), 20)
      })
    })
  })
})

describe('the value of positions', () => {
  const trader: ProtoOATrader = { ctidTraderAccountId: ACCOUNT, balance: 0, depositAssetId: 1 }
  const held = (...open: readonly ProtoOAPosition[]) => ({
    trader,
    positions: persistentMap(open.map(one => [one.positionId, one])),
    orders: persistentMap<number, never>(),
  })
  const quote = (symbolId: number, bid: number, ask = bid): [number, KnownPrices] => [
    symbolId,
    { ...noPrices, bid: toWirePrice(bid), ask: toWirePrice(ask) },
  ]

  it('is rounded once, a half away from zero, from an average price that lies between two steps', () => {
    const valuation = createValuation()
    valuation.convert(1, [])
    const average = 1.139015
    valuation.hold(held(position(1, 1, { price: average })))
    valuation.quote(...quote(1, 1.13911))
    expect(valuation.take()).toMatchObject({ gross: 10 })
    valuation.quote(...quote(1, 1.13892))
    expect(valuation.take()).toMatchObject({ gross: -10 })
    valuation.quote(...quote(1, 1.13902))
    expect(valuation.take()).toMatchObject({ gross: 1 })
  })

  it('is not known before each position can be valued, and not of a quote that was not kept', () => {
    const valuation = createValuation()
    expect(valuation.take()).toBeUndefined()
    valuation.hold(held(position(1, 1, { price: 1.1, swap: -3 })))
    expect(valuation.take()).toBeUndefined()
    valuation.quote(...quote(1, 1.2))
    expect(valuation.take()).toBeUndefined()
    valuation.convert(1, [{ symbolId: 4, operation: 'divide' }])
    expect(valuation.take()).toBeUndefined()
    valuation.quote(...quote(4, 2, 3))
    expect(valuation.take()).toMatchObject({ gross: 5_000, net: 4_997, isNews: true })
    expect(valuation.take()).toMatchObject({ gross: 5_000, isNews: false, changed: [] })
    valuation.forgetQuotes()
    expect(valuation.take()).toBeUndefined()
    valuation.quote(...quote(4, 2))
    expect(valuation.take()).toBeUndefined()
    valuation.quote(...quote(1, 1.2))
    expect(valuation.take()).toMatchObject({ gross: 5_000, isNews: false, changed: [] })
    valuation.hold(held())
    expect(valuation.take()).toMatchObject({ gross: 0, net: 0, isNews: true })
    valuation.hold(held(position(2, 1, { price: 1.1 })))
    expect(valuation.take()).toBeUndefined()
    // What it was quoted at while it was not held is not what it costs now.
    valuation.convert(1, [])
    expect(valuation.take()).toBeUndefined()
    // Of a symbol in which nothing is held.
    valuation.convert(7, [])
    valuation.quote(...quote(7, 1))
    expect(valuation.take()).toBeUndefined()
  })

  it('is not known of a position whose opening price is not', () => {
    const valuation = createValuation()
    const { price, usedMargin, ...unpriced } = position(1, 1)
    valuation.hold(held(unpriced))
    valuation.convert(1, [])
    valuation.quote(...quote(1, 1.2))
    expect(valuation.take()).toBeUndefined()
    valuation.hold(held({ ...unpriced, price: 1.1 }))
    expect(valuation.take()).toMatchObject({ gross: 10_000, usedMargin: 0 })
    expect([price, usedMargin]).toEqual([1.1, 100])
  })

  it('is of the new way where a symbol comes to be converted in another', () => {
    const valuation = createValuation()
    valuation.hold(held(position(1, 1, { price: 1.1 })))
    valuation.convert(1, [{ symbolId: 4, operation: 'divide' }])
    valuation.quote(...quote(1, 1.2))
    valuation.quote(...quote(4, 2))
    expect(valuation.take()).toMatchObject({ gross: 5_000 })
    valuation.convert(1, [{ symbolId: 5, operation: 'multiply' }])
    valuation.quote(...quote(1, 1.2))
    valuation.quote(...quote(5, 3))
    expect(valuation.take()).toMatchObject({ gross: 30_000 })
    valuation.quote(...quote(4, 7))
    expect(valuation.take()).toMatchObject({ gross: 30_000, isNews: false })
  })
})
