import * as fc from 'fast-check'
import { PayloadType, conversion, createClient, conversionRate, toPrice } from 'rx-ctrader'
import type { ConversionChain, ProtoOALightSymbol } from 'rx-ctrader'
import { createMarket } from '../../../src/simulator/market/createMarket'
import { scene } from '../../support/accountScene'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_SYMBOLS_FOR_CONVERSION_RES } = PayloadType

/** How many moments: `CONVERSION_RUNS=5000 npx jest conversion` for many more. */
const RUNS = Number(process.env['CONVERSION_RUNS'] ?? 100)

const CHAIN = PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ
const ASSETS = PayloadType.PROTO_OA_ASSET_LIST_REQ
const [EURUSD, GBPUSD, USDJPY] = [1, 2, 4]

const market = createMarket(1)
const { assets } = market.catalogue

/** The quotes of all symbols as a trader has them. */
const quotesAt = (at: number) => ({
  get: (symbolId: number) => {
    const { bid, ask } = market.quoteAt(symbolId, at)
    return { bid: toPrice(bid), ask: toPrice(ask) }
  },
})

describe('conversion', () => {
  it('leads from one asset to another, by id or by name', () => {
    scene(({ account, at, watch }) => {
      const seen = [
        watch(conversion(account, 'EUR', 'USD'), 5_000),
        watch(conversion(account, 'usd', 2), 5_000),
        watch(conversion(account, 4, 'EUR'), 5_000),
        watch(conversion(account, 2, 4), 5_000),
      ]
      at(4_000, () => {
        expect(seen.map(({ values }) => values)).toEqual([
          [[{ symbolId: EURUSD, operation: 'multiply' }]],
          [[{ symbolId: EURUSD, operation: 'divide' }]],
          [[{ symbolId: 3, operation: 'divide' }]],
          [[{ symbolId: 3, operation: 'multiply' }]],
        ])
      })
    })
  })

  it('leads over as many symbols as it takes', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(conversion(account, 'JPY', 'BTC'), 5_000)
      at(4_000, () => {
        expect(seen.values).toEqual([
          [
            { symbolId: USDJPY, operation: 'divide' },
            { symbolId: 114, operation: 'divide' },
          ],
        ])
      })
    })
  })

  it('is empty from an asset to itself, and nothing is asked', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = watch(conversion(account, 1, 1), 5_000)
      at(4_000, () => {
        expect(seen.values).toEqual([[]])
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks once for all who want it, and gives late ones the chain at once', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = [5_000, 10_000].map(until => watch(conversion(account, 2, 1), until))
      at(4_000, () => {
        expect(asked()).toEqual([CHAIN])
        expect(seen[1]?.values).toEqual(seen[0]?.values)
      })
      at(8_000, () => {
        expect(watch(conversion(account, 2, 1), 1_000).values).toEqual(seen[0]?.values)
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks again after a lost line, and is silent where the way is the same', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(conversion(account, 'JPY', 'USD'), 60_000)
      at(5_000, () => {
        expect(asked()).toEqual([ASSETS, CHAIN])
        broker.drop()
      })
      at(30_000, () => {
        expect(asked().sort()).toEqual([ASSETS, CHAIN])
        expect(seen.values).toHaveLength(1)
        expect(seen.error).toBeUndefined()
      })
    })
  })

  it('is asked again where the server cannot now, and errors with a refusal for good', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: CHAIN, errorCode: 'UNKNOWN_ERROR' })
      const later = watch(conversion(account, 2, 1), 10_000)
      at(9_000, () => {
        expect(asked()).toEqual([CHAIN, CHAIN])
        expect(later.values).toHaveLength(1)
        broker.fault({ kind: 'refuse', payloadType: CHAIN, errorCode: 'UNSUPPORTED_MESSAGE' })
        const never = watch(conversion(account, 3, 1), 5_000)
        at(4_000, () => {
          expect(never.error).toMatchObject({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
        })
      })
    })
  })

  it.each([
    ['EUR', 'DOGE'],
    ['DOGE', 'EUR'],
    [2, 4711],
    [NaN, 1],
    [NaN, NaN],
    [1, undefined as unknown as number],
  ])('errors where there is no such asset: from %j to %j', (from, to) => {
    scene(({ account, at, watch }) => {
      const seen = watch(conversion(account, from, to), 5_000)
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NoConversion', from, to })
      })
    })
  })

  describe('with a chain that', () => {
    /** What comes of symbols that a server answers with. */
    const outcomeOf = (symbol: readonly ProtoOALightSymbol[] | undefined): unknown => {
      let outcome: unknown
      inVirtualTime(({ at, watch }) => {
        const { connect } = scriptedServer((frame, line) => {
          obliging(frame, line)
          const { payloadType, clientMsgId } = frame
          if (payloadType === CHAIN)
            line.say({
              payloadType: PROTO_OA_SYMBOLS_FOR_CONVERSION_RES,
              clientMsgId,
              payload: { ctidTraderAccountId: 1, ...(symbol && { symbol }) },
            })
        })
        const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo' })
        const seen = watch(conversion(client.account({ accountId: 1, accessToken: 't' }), 10, 20), 1_000)
        at(500, () => {
          outcome = seen.error ?? seen.values[0]
        })
      })
      return outcome
    }
    const light = (symbolId: number, baseAssetId?: number, quoteAssetId?: number): ProtoOALightSymbol => ({
      symbolId,
      ...(baseAssetId !== undefined && { baseAssetId }),
      ...(quoteAssetId !== undefined && { quoteAssetId }),
    })

    it('holds, is what to do at each step', () => {
      expect(outcomeOf([light(1, 10, 11), light(2, 12, 11), light(3, 12, 20)])).toEqual([
        { symbolId: 1, operation: 'multiply' },
        { symbolId: 2, operation: 'divide' },
        { symbolId: 3, operation: 'multiply' },
      ])
    })

    it.each([
      ['is not there', undefined],
      ['does not begin with the first asset', [light(1, 11, 20)]],
      ['breaks off', [light(1, 10, 11)]],
      ['has a hole', [light(1, 10, 11), light(2, 12, 20)]],
      ['has no assets', [light(1)]],
      ['goes over an asset that is not said', [light(1, 10), light(2, undefined, 20)]],
    ])('%s, errors', (_, symbol) => {
      expect(outcomeOf(symbol)).toMatchObject({ reason: 'NoConversion', from: 10, to: 20 })
    })
  })
})

describe('conversionRate', () => {
  const chain: ConversionChain = [
    { symbolId: GBPUSD, operation: 'multiply' },
    { symbolId: EURUSD, operation: 'divide' },
  ]
  const quotes = new Map([
    [GBPUSD, { bid: 1.27998, ask: 1.28002 }],
    [EURUSD, { bid: 1.09999, ask: 1.10002 }],
  ])

  it('multiplies and divides by the mid prices', () => {
    expect(conversionRate(chain, quotes)).toBe(1.28 / 1.100005)
  })

  it('is 1 from an asset to itself', () => {
    expect(conversionRate([], new Map())).toBe(1)
  })

  it('is undefined as long as a quote is missing', () => {
    expect(conversionRate(chain, new Map([...quotes].slice(0, 1)))).toBeUndefined()
    expect(conversionRate(chain, new Map([...quotes].slice(1)))).toBeUndefined()
  })

  it('agrees with the market to the last bit, at any time', () => {
    const assetId = fc.constantFrom(...assets.map(asset => asset.assetId))
    const time = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2026, 0) })
    fc.assert(
      fc.property(assetId, assetId, time, (from, to, at) => {
        // What the server's chain is, the specs above show.
        let asset = from
        const steps = (market.conversionChain(from, to) ?? []).map(({ light }) => {
          const sells = light.baseAssetId === asset
          asset = sells ? light.quoteAssetId : light.baseAssetId
          return { symbolId: light.symbolId, operation: sells ? 'multiply' : 'divide' } as const
        })
        expect(conversionRate(steps, quotesAt(at))).toBe(market.rate(from, to, at))
      }),
      { numRuns: RUNS },
    )
  })

  it('agrees with the market for every chain the server answers with', () => {
    scene(({ account, at, broker, watch }) => {
      const pairs = assets.map(({ assetId }) => [assetId, (assetId % assets.length) + 1] as const)
      const seen = pairs.map(([from, to]) => watch(conversion(account, from, to), 5_000))
      at(4_000, () => {
        const now = broker.now()
        pairs.forEach(([from, to], i) => {
          const rate = conversionRate(seen[i]?.values[0] ?? [], quotesAt(now))
          expect(rate).toBe(market.rate(from, to, now))
        })
      })
    })
  })
})
