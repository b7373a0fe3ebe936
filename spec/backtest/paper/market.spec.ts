import { filter, map } from 'rxjs'
import {
  PayloadType,
  ProtoOAAccountType,
  candles,
  conversion,
  depth,
  equity,
  placeOrder,
  positions,
  spots,
  symbol,
  symbols,
  ticks,
  trader,
  trendbarsBetween,
  units,
} from 'rx-ctrader'
import { ACCOUNT, paperScene } from './scene'

const order = { type: 'market', side: 'buy', volume: units(10_000) } as const

describe('the market of a paper account', () => {
  it('is that of the real one: symbols, terms, history, prices, bars and books', () => {
    paperScene(({ strategist, real, watch, at }) => {
      const { account } = strategist()
      const both = [account, real].map(one => ({
        symbols: watch(symbols(one).pipe(map(({ all }) => all))),
        terms: watch(symbol(one, 'EURJPY')),
        chain: watch(conversion(one, 'EUR', 'JPY')),
        history: watch(
          trendbarsBetween(one, {
            symbol: 'EURUSD',
            period: 'H1',
            from: Date.UTC(2026, 0, 6),
            to: Date.UTC(2026, 0, 7),
          }),
        ),
        bars: watch(candles(one, 'EURUSD', 'M1', { history: 5 }), 90_000),
        quotes: watch(spots(one, ['EURUSD', 'XAUUSD']), 90_000),
        ticks: watch(ticks(one, 'EURUSD'), 90_000),
        book: watch(depth(one, 'EURUSD').pipe(map(({ bids, asks }) => [bids, asks])), 90_000),
      }))
      at(100_000, () => {
        const [onPaper, there] = both
        for (const name of ['symbols', 'terms', 'chain', 'history'] as const) {
          expect(onPaper?.[name].values).not.toEqual([])
          expect(onPaper?.[name].values).toEqual(there?.[name].values)
        }
        // What it had seen at the end is the same. It began some ms later.
        for (const name of ['bars', 'quotes', 'ticks', 'book'] as const) {
          expect(onPaper?.[name].values.length).toBeGreaterThan(10)
          expect(onPaper?.[name].values.slice(-10)).toEqual(there?.[name].values.slice(-10))
        }
      })
    })
  })

  it('is told to a client that subscribes later: both sides, and the whole book', () => {
    paperScene(({ strategist, real, watch, at }) => {
      watch(spots(real, 'EURUSD'), 60_000)
      watch(depth(real, 'EURUSD'), 60_000)
      at(30_000, () => {
        const { account } = strategist()
        const quotes = watch(spots(account, 'EURUSD'), 2_000)
        const events = watch(
          account.on(PayloadType.PROTO_OA_DEPTH_EVENT).pipe(map(({ payload }) => payload.newQuotes?.length)),
          2_000,
        )
        watch(depth(account, 'EURUSD'), 2_000)
        at(1_900, () => {
          expect(quotes.values[0]).toMatchObject({ symbolId: 1 })
          expect(events.values[0]).toBeGreaterThan(5)
        })
      })
    })
  })

  it('reports changed terms, and trades by them', () => {
    paperScene(({ strategist, broker, watch, at }) => {
      const { account } = strategist()
      const changes = watch(
        account
          .on(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT)
          .pipe(map(({ payload }) => [payload.ctidTraderAccountId, payload.symbolId])),
        30_000,
      )
      at(5_000, () => {
        broker.push(
          JSON.stringify({
            payloadType: PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT,
            payload: { ctidTraderAccountId: ACCOUNT, symbolId: [1] },
          }),
        )
      })
      at(10_000, () => {
        expect(changes.values).toEqual([[ACCOUNT, [1]]])
      })
    })
  })
})

describe('an order on paper', () => {
  it('needs no subscription of the strategy: the exchange has its own, also for conversions', () => {
    paperScene(
      ({ strategist, watch, at, broker }) => {
        const { account } = strategist({ balance: 20_000 })
        const placed = watch(placeOrder(account, { ...order, symbol: 'GBPJPY' }), 20_000)
        const held = watch(positions(account), 20_000)
        const value = watch(equity(account), 20_000)
        at(15_000, () => {
          expect(placed.values.at(-1)?.status).toBe('filled')
          const position = held.values.at(-1)?.all[0]
          // 10,000 GBP at 1:100, in EUR.
          const gbp = broker.market.rate(2, 1, broker.now())
          expect(position?.usedMargin).toBeGreaterThan(0)
          expect(gbp).toBeDefined()
          expect(value.values.at(-1)?.unvalued ?? []).toEqual([])
        })
      },
      {
        accounts: [
          {
            accountId: ACCOUNT,
            isLive: false,
            traderLogin: 1,
            brokerTitleShort: 'Broker',
            depositAsset: 'EUR',
            leverage: 50,
            accountType: ProtoOAAccountType.NETTED,
            moneyDigits: 3,
          },
        ],
      },
    )
  })

  it('is of an account with the terms of the real one, unless the options say otherwise', () => {
    const accounts = [
      {
        accountId: ACCOUNT,
        isLive: false,
        traderLogin: 77,
        brokerTitleShort: 'Broker',
        depositAsset: 'EUR',
        leverage: 50,
        accountType: ProtoOAAccountType.NETTED,
        moneyDigits: 3,
      },
    ]
    paperScene(
      ({ strategist, watch, at }) => {
        const same = watch(trader(strategist().account), 5_000)
        const other = watch(
          trader(
            strategist({
              accountId: 5,
              depositAsset: 'USD',
              leverage: 30,
              moneyDigits: 2,
              accountType: ProtoOAAccountType.HEDGED,
              balance: 12.34,
            }).account,
          ),
          5_000,
        )
        at(4_000, () => {
          expect(same.values[0]).toMatchObject({
            ctidTraderAccountId: ACCOUNT,
            traderLogin: 77,
            accountType: ProtoOAAccountType.NETTED,
            leverageInCents: 5_000,
            moneyDigits: 3,
            balance: 10_000_000,
          })
          expect(other.values[0]).toMatchObject({
            ctidTraderAccountId: 5,
            accountType: ProtoOAAccountType.HEDGED,
            leverageInCents: 3_000,
            moneyDigits: 2,
            balance: 1_234,
          })
          expect(other.values[0]?.depositAssetId).not.toBe(same.values[0]?.depositAssetId)
        })
      },
      { accounts },
    )
  })

  it('is refused without a price, and as by the server for an unknown symbol', () => {
    paperScene(({ strategist, broker, watch, at }) => {
      broker.fault({ kind: 'mute', symbolId: 1 })
      const { account } = strategist()
      const asked = { orderType: 1, tradeSide: 1, volume: 100_000 } as const
      const muted = watch(account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, { ...asked, symbolId: 1 }))
      const unknown = watch(
        account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, { ...asked, symbolId: 9_999 }),
      )
      const margin = watch(
        account.request(PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ, { symbolId: 4, volume: [100_000] }),
      )
      at(9_000, () => {
        expect(muted.error).toMatchObject({ reason: 'Refused', errorCode: 'NO_QUOTES' })
        expect(unknown.error).toMatchObject({ reason: 'Refused', errorCode: 'SYMBOL_NOT_FOUND' })
        // 1,000 USD at 1:100
        expect(margin.values[0]?.margin).toEqual([{ volume: 100_000, buyMargin: 1_000, sellMargin: 1_000 }])
      })
    })
  })

  it('fills through the levels of the real book, if slippage goes by its depth', () => {
    paperScene(({ strategist, watch, at }) => {
      const large = { ...order, symbol: 'EURUSD', volume: units(9_000_000) } as const
      const [plain, slipping] = (['none', 'depth'] as const).map(slippage =>
        watch(placeOrder(strategist({ fills: { slippage }, balance: 10_000_000 }).account, large), 20_000),
      )
      at(15_000, () => {
        const [first, second] = [plain, slipping].map(seen => seen?.values.at(-1))
        expect([first, second]).toMatchObject([{ status: 'filled' }, { status: 'filled' }])
        const [least, more] = [first, second].map(end => (end && 'price' in end ? end.price : NaN))
        expect(more).toBeGreaterThan(Number(least))
      })
    })
  })

  it('goes by the leverage of the account where that of the symbol is refused', () => {
    const marginWith = (isRefused: boolean): unknown => {
      let margin: unknown
      paperScene(({ strategist, broker, watch, at }) => {
        if (isRefused)
          broker.fault({
            kind: 'refuse',
            payloadType: PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ,
            errorCode: 'ENTITY_NOT_FOUND',
          })
        const { account } = strategist({ leverage: 1_000 })
        const asked = watch(
          account.request(PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ, { symbolId: 1, volume: [100_000_000] }),
        )
        at(9_000, () => {
          margin = asked.values[0]?.margin?.[0]?.buyMargin
        })
      })
      return margin
    }
    const [tiered, plain] = [marginWith(false), marginWith(true)]
    expect(plain).toBeGreaterThan(0)
    // 1:500 of the symbol, and 1:1,000 of the account.
    expect(Math.abs(Number(tiered) - 2 * Number(plain))).toBeLessThanOrEqual(1)
  })

  it('waits for the opening, if it says so', () => {
    // Ten minutes before 17:00 New York, in the daily break.
    paperScene(
      ({ strategist, broker, watch, at }) => {
        const { account } = strategist({ start: broker.now() })
        watch(spots(account, 'EURUSD'), 1_200_000)
        const filled = watch(
          account.on(PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
            filter(({ payload }) => payload.executionType === 3),
            map(({ payload }) => payload.deal?.executionTimestamp),
          ),
          1_200_000,
        )
        watch(
          account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 100_000,
            timeInForce: 5,
          }),
        )
        at(590_000, () => {
          expect(filled.values).toEqual([])
        })
        at(1_190_000, () => {
          expect(filled.values).toHaveLength(1)
          expect(filled.values[0]).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 7, 22))
        })
      },
      { start: Date.UTC(2026, 0, 7, 21, 50) },
    )
  })
})
