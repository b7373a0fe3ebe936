import { distinctUntilChanged } from 'rxjs'
import { PayloadType, amendProtection, closePosition, equity, pnl, price, spots, units } from 'rx-ctrader'
import type { Pnl, ProtoOAPosition, UnvaluedPosition } from 'rx-ctrader'
import { unrealisedProfits } from '../../../src/simulator/trading/queries/queries'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import type { Seen } from '../../support/virtualTime'
import { MARGIN, RECONCILE, TRADER, accountServer, position, traderWith } from '../account/accountServer'
import type { AccountServer } from '../account/accountServer'
import { EURUSD, SELL, USDJPY, tradesOn } from '../account/trades'

const GBPUSD = 2
const EURGBP = 9
const LIST = PayloadType.PROTO_OA_SYMBOLS_LIST_REQ
const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const PNL = PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ
const CONVERSION = PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ

const wealthy = {
  accountId: ACCOUNT,
  isLive: false,
  traderLogin: 3000001,
  brokerTitleShort: 'Simulator',
  balance: 100_000_000,
}

const last = <T>(seen: Seen<T>): T | undefined => seen.values.at(-1)
const openIn = ({ broker }: Scene) =>
  broker.exchange.ledger(ACCOUNT).positions.filter(({ positionStatus }) => positionStatus === 1)
/** What the exchange says each is worth. */
const worth = ({ broker }: Scene) => unrealisedProfits(broker.exchange.account(ACCOUNT), broker.now())
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
const netOf = (stage: Scene): number => sum(worth(stage).map(({ netUnrealizedPnL }) => netUnrealizedPnL))
const reasons = (seen: Seen<{ readonly unvalued: readonly UnvaluedPosition[] }>) =>
  last(seen)?.unvalued.map(({ symbolId, reason }) => [symbolId, reason])

/** Two positions, one in a symbol that is not quoted in time; what the server says of them all is kept back, too. */
const beside = (stage: Scene, mute: () => void, then: (open: readonly ProtoOAPosition[]) => void): void => {
  const { at, broker } = stage
  const { place } = tradesOn(stage)
  at(500, () => {
    place({ volume: 700_000 })
    place({ symbolId: EURGBP, tradeSide: SELL, volume: 300_000 })
  })
  at(3_000, () => {
    mute()
    broker.fault({ kind: 'refuse', payloadType: PNL, errorCode: 'UNSUPPORTED_MESSAGE', times: 1_000 })
    then(openIn(stage))
  })
}

describe('positions that cannot be valued', () => {
  it.each<['bid' | 'ask' | undefined, number, string]>([
    [undefined, EURGBP, 'notQuoted'],
    ['ask', EURGBP, 'notQuoted'],
    [undefined, GBPUSD, 'rateNotQuoted'],
    ['bid', GBPUSD, 'rateNotQuoted'],
  ])(
    'are named, and the rest is valued, where %s prices of symbol %d are silent (A5)',
    (side, symbolId, why) => {
      scene(stage => {
        const { account, at, broker, watch } = stage
        const mute = (): void => {
          broker.fault({ kind: 'mute', symbolId, ...(side && { side }) })
        }
        beside(stage, mute, open => {
          const began = 3_000
          const seen = watch(pnl(account), 20_000)
          const rich = watch(equity(account), 20_000)
          at(900, () => {
            expect([seen.values, rich.values]).toEqual([[], []])
          })
          at(10_000, () => {
            const [first, second] = open
            expect(seen.timed[0]?.[0]).toBeLessThanOrEqual(began + 1_100)
            expect(rich.timed[0]?.[0]).toBeLessThanOrEqual(began + 1_100)
            expect(reasons(seen)).toEqual([[EURGBP, why]])
            expect(reasons(rich)).toEqual([[EURGBP, why]])
            expect([...(last(seen)?.positions.keys() ?? [])]).toEqual([first?.positionId])
            // Not one value but one at each quote of the other.
            expect(seen.values.length).toBeGreaterThan(5)
            const { balance, equity: total = NaN, usedMargin, marginLevel } = last(rich) ?? {}
            expect(total - (balance ?? NaN)).toBe(last(seen)?.net)
            // The margin of what is not valued is known all the same.
            expect(usedMargin).toBe((first?.usedMargin ?? NaN) + (second?.usedMargin ?? NaN))
            expect(marginLevel).toBe((total / (usedMargin ?? NaN)) * 100)
            broker.fault({ kind: 'recover' })
          })
          at(60_000, () => {
            const again = watch(pnl(account), 5_000)
            at(4_000, () => {
              expect(reasons(again)).toEqual([])
            })
          })
        })
      })
    },
  )

  it.each<['bid' | 'ask', number]>([
    ['bid', EURGBP],
    ['ask', GBPUSD],
  ])('are empty where only the %s of symbol %d is silent, which is not needed (A5)', (side, symbolId) => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const mute = (): void => {
        broker.fault({ kind: 'mute', symbolId, side })
      }
      beside(stage, mute, () => {
        const seen = watch(pnl(account), 20_000)
        // The one side was told before anybody asked for the value.
        const before = watch(spots(account, symbolId), 20_000)
        at(10_000, () => {
          expect(before.values).toEqual([])
          expect(seen.timed[0]?.[0]).toBeLessThan(3_200)
          expect(reasons(seen)).toEqual([])
          const known = last(seen)
          at(10, () => {
            expect(last(seen)?.net ?? known?.net).toBeDefined()
          })
          expect(Math.abs((known?.net ?? NaN) - netOf(stage))).toBeLessThan(60)
        })
      })
    })
  })

  it('have the value that the server answers, again every five seconds (A5)', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      at(500, () => {
        place({ volume: 700_000 })
        place({ symbolId: EURGBP, tradeSide: SELL, volume: 300_000 })
      })
      at(3_000, () => {
        broker.fault({ kind: 'mute', symbolId: EURGBP })
        asked()
        const seen = watch(pnl(account), 30_000)
        const rich = watch(equity(account), 30_000)
        const silent = openIn(stage).at(-1)?.positionId ?? 0
        const values = (): unknown[] =>
          [...(last(seen)?.positions.values() ?? [])].map(({ fromServer }) => fromServer)
        at(2_000, () => {
          expect(seen.values.every(({ unvalued }) => unvalued.length === 0)).toBe(true)
          expect(seen.timed[0]?.[0]).toBeLessThan(3_700)
          expect(values()).toEqual([undefined, true])
          expect(asked().filter(type => type === PNL)).toHaveLength(1)
        })
        for (const ms of [5_560, 10_560, 15_560])
          at(ms, () => {
            const told = worth(stage).find(({ positionId }) => positionId === silent)
            expect(last(seen)?.positions.get(silent)?.net).toBe(told?.netUnrealizedPnL)
            expect((last(rich)?.equity ?? NaN) - (last(rich)?.balance ?? NaN)).toBe(last(seen)?.net)
          })
        at(16_000, () => {
          expect(asked().filter(type => type === PNL)).toHaveLength(3)
          broker.fault({ kind: 'recover' })
        })
        at(25_000, () => {
          expect(values()).toEqual([undefined, undefined])
          asked()
        })
        at(29_000, () => {
          expect(asked().filter(type => type === PNL)).toEqual([])
        })
      })
    })
  })

  it('do not make what is opened later wait, nor what is quoted (A5)', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      broker.fault({ kind: 'mute', symbolId: EURGBP })
      broker.fault({ kind: 'refuse', payloadType: PNL, errorCode: 'UNSUPPORTED_MESSAGE', times: 1_000 })
      const seen = watch(pnl(account), 60_000)
      const bids = watch(spots(account, EURUSD).pipe(distinctUntilChanged((a, b) => a.bid === b.bid)), 60_000)
      at(1_000, () => {
        place({ volume: 700_000 })
      })
      at(5_000, () => {
        place({ symbolId: EURGBP, volume: 100_000 })
      })
      at(10_000, () => {
        place({ symbolId: USDJPY, volume: 100_000 })
      })
      at(20_000, () => {
        expect(reasons(seen)).toEqual([[EURGBP, 'notQuoted']])
        expect(last(seen)?.positions.size).toBe(2)
        const gapsOf = (times: readonly number[]): number[] =>
          times.slice(1).map((ms, index) => ms - (times[index] ?? 0))
        const since = (timed: readonly (readonly [number, unknown])[]): number[] =>
          timed.map(([ms]) => ms).filter(ms => ms > 2_000)
        // A second of silence at most, while a first quote was waited for, beside what the quotes leave.
        const longest = Math.max(...gapsOf(since(bids.timed)))
        expect(Math.max(...gapsOf(since(seen.timed)))).toBeLessThanOrEqual(longest + 1_000)
        const opened = seen.timed.find(([, { unvalued }]) => unvalued.length > 0)?.[0] ?? NaN
        expect(opened).toBeLessThan(6_400)
      })
    })
  })

  it.each<[string, (stage: Scene) => void, string]>([
    [
      'the subscription to its symbol is refused',
      ({ broker }) => {
        broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'SYMBOL_NOT_FOUND', times: 6 })
      },
      'unknownSymbol',
    ],
    [
      'there is no way into the deposit currency',
      ({ broker }) => {
        broker.fault({ kind: 'refuse', payloadType: CONVERSION, errorCode: 'SYMBOL_NOT_FOUND' })
      },
      'noConversion',
    ],
    [
      'its symbol is in no list',
      ({ broker }) => {
        broker.fault({ kind: 'unlist', symbolId: EURGBP })
      },
      'unknownSymbol',
    ],
  ])('end nothing where %s, and are tried again (A5, A6)', (_, spoil, why) => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      at(500, () => {
        place({ symbolId: EURGBP, tradeSide: SELL, volume: 300_000 })
      })
      at(3_000, () => {
        spoil(stage)
        broker.fault({ kind: 'refuse', payloadType: PNL, errorCode: 'UNSUPPORTED_MESSAGE', times: 1 })
        const seen = watch(pnl(account), 120_000)
        const rich = watch(equity(account), 120_000)
        at(3_000, () => {
          expect([seen.error, rich.error]).toEqual([undefined, undefined])
          expect(seen.values).toEqual([
            {
              gross: 0,
              net: 0,
              moneyDigits: 2,
              changed: [],
              positions: expect.anything() as unknown,
              unvalued: expect.anything() as unknown,
            },
          ])
          expect(reasons(seen)).toEqual([[EURGBP, why]])
          expect(reasons(rich)).toEqual([[EURGBP, why]])
        })
        at(8_000, () => {
          // By then the server has been asked a second time.
          expect(reasons(seen)).toEqual([])
          expect([...(last(seen)?.positions.values() ?? [])]).toMatchObject([{ fromServer: true }])
          broker.fault({ kind: 'recover' })
        })
        at(70_000, () => {
          const [value] = last(seen)?.positions.values() ?? []
          expect([seen.error, rich.error]).toEqual([undefined, undefined])
          expect(value?.fromServer).toBeUndefined()
        })
      })
    })
  })

  const answered = (server: AccountServer, open: readonly ProtoOAPosition[]): void => {
    const { answer, say } = server
    answer(TRADER, { trader: traderWith(250_000, 1) })
    answer(RECONCILE, { position: open })
    server.at(10, () => {
      answer(LIST, { symbol: [{ symbolId: 1, symbolName: 'EURUSD', baseAssetId: 7, quoteAssetId: 1 }] })
    })
    server.at(20, () => {
      answer(SPOTS, {})
      say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 110_010, ask: 110_020 })
    })
  }

  it('are those without an entry price or a margin from the server (A5)', () => {
    accountServer(server => {
      const { account, at, answer, say, watch } = server
      const seen = watch(pnl(account))
      const rich = watch(equity(account))
      const { price: _price, ...unpriced } = position(2, 10)
      const { usedMargin: _margin, ...marginless } = position(3, 10)
      expect([_price, _margin]).toEqual([1.1, 100])
      at(100, () => {
        answered(server, [position(1, 10), unpriced, marginless, position(4, 10, { price: 0 })])
      })
      at(1_500, () => {
        const name = (positionId: number, reason: string) => ({
          positionId,
          symbolId: 1,
          reason,
          why: reason,
        })
        expect(last(seen)).toMatchObject({ gross: 20, net: 20 })
        expect(last(seen)?.unvalued).toEqual([name(2, 'noEntryPrice'), name(4, 'noEntryPrice')])
        expect(last(rich)).toMatchObject({ equity: 250_020, usedMargin: 300 })
        expect(last(rich)?.unvalued).toEqual([
          name(2, 'noEntryPrice'),
          name(4, 'noEntryPrice'),
          name(3, 'noMargin'),
        ])
        // In other digits of money than the account's.
        answer(PNL, {
          positionUnrealizedPnL: [
            { positionId: 2, grossUnrealizedPnL: 77_000, netUnrealizedPnL: -66_000 },
            { positionId: 1, grossUnrealizedPnL: 1, netUnrealizedPnL: 1 },
            { positionId: 9, grossUnrealizedPnL: 1, netUnrealizedPnL: 1 },
          ],
          moneyDigits: 4,
        })
        expect(last(seen)).toMatchObject({ gross: 790, net: -640 })
        expect(last(seen)?.changed).toEqual([
          { positionId: 2, symbolId: 1, side: 'buy', gross: 770, net: -660, fromServer: true },
        ])
        expect(last(seen)?.unvalued).toEqual([name(4, 'noEntryPrice')])
        say(MARGIN, { positionId: 3, usedMargin: 5 })
        expect(last(rich)).toMatchObject({ equity: 249_360, usedMargin: 305 })
        expect(last(rich)?.unvalued).toEqual([name(4, 'noEntryPrice')])
      })
    })
  })

  it('are forgotten with their position, and what is partly known stays told at each quote (A5)', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(pnl(account))
      at(100, () => {
        answered(server, [
          position(1, 10),
          position(2, 10, { tradeData: { symbolId: 5, volume: 1, tradeSide: 1 } }),
        ])
      })
      at(1_500, () => {
        expect(reasons(seen)).toEqual([[5, 'unknownSymbol']])
        const before = seen.values.length
        say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 110_030 })
        say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 110_040 })
        expect(seen.values.slice(before).map(({ net }) => net)).toEqual([30, 40])
        // Another that is not valued does not make it silent, either.
        say(PayloadType.PROTO_OA_EXECUTION_EVENT, {
          executionType: 3,
          position: position(3, 20, { tradeData: { symbolId: 5, volume: 1, tradeSide: 1 } }),
        })
        expect(last(seen)?.unvalued.map(({ positionId }) => positionId)).toEqual([2, 3])
        for (const id of [2, 3])
          say(PayloadType.PROTO_OA_EXECUTION_EVENT, {
            executionType: 3,
            position: position(id, 30, { positionStatus: 2 }),
          })
        expect(reasons(seen)).toEqual([])
        expect(last(seen)?.net).toBe(40)
      })
    })
  })
})

describe('a position in a symbol that the list does not have', () => {
  it.each(['symbol', 'archivedSymbol'] as const)(
    'has the value that the server answers, and is protected and closed: %s by its id (A6)',
    archivedById => {
      scene(
        stage => {
          const { account, at, broker, watch } = stage
          const { place } = tradesOn(stage)
          at(500, () => {
            place({ symbolId: USDJPY, volume: 500_000 })
          })
          at(3_000, () => {
            broker.fault({ kind: 'unlist', symbolId: USDJPY })
            broker.drop()
          })
          at(6_000, () => {
            const seen = watch(pnl(account), 60_000)
            const positionId = openIn(stage)[0]?.positionId ?? 0
            const bid = broker.market.quoteAt(USDJPY, broker.now()).bid
            const stopLoss = price((Math.round(bid / 100) * 100 - 100_000) / 100_000)
            at(3_000, () => {
              const told = worth(stage)[0]?.netUnrealizedPnL
              expect(Math.abs((last(seen)?.net ?? NaN) - (told ?? NaN))).toBeLessThan(300)
              expect([...(last(seen)?.positions.values() ?? [])]).toMatchObject([{ fromServer: true }])
              const guarded = watch(amendProtection(account, { positionId, stopLoss }), 20_000)
              at(3_000, () => {
                expect(guarded.error).toBeUndefined()
                expect(openIn(stage)[0]?.stopLoss).toBe(stopLoss.price)
                const closed = watch(closePosition(account, { positionId, volume: units(2_000) }), 20_000)
                at(3_000, () => {
                  expect(closed.error).toBeUndefined()
                  expect(openIn(stage)[0]?.tradeData.volume).toBe(300_000)
                })
              })
            })
          })
        },
        { unknowns: { archivedById } },
      )
    },
  )
})

describe('the rate of profits', () => {
  it.each(['bid', 'mid'] as const)(
    'is the bid, which a server that takes the %s answers to within half a spread (A7)',
    profitRate => {
      scene(
        stage => {
          const { account, at, broker, watch } = stage
          const { place } = tradesOn(stage)
          const seen: Seen<Pnl> = watch(pnl(account), 60_000)
          at(1_000, () => {
            place({ symbolId: USDJPY, volume: 50_000_000 })
            place({ symbolId: EURUSD, volume: 700_000 })
            broker.shift(USDJPY, 200_000)
          })
          for (let ms = 5_000; ms < 40_000; ms += 1_777)
            at(ms, () => {
              const desk = broker.exchange.account(ACCOUNT)
              const then = broker.now() - 10
              const { bid, ask } = broker.market.quoteAt(USDJPY, then)
              for (const { positionId, grossUnrealizedPnL } of unrealisedProfits(desk, then)) {
                const ours = last(seen)?.positions.get(positionId)
                const half = ours?.symbolId === USDJPY && profitRate === 'mid' ? (ask - bid) / 2 / bid : 0
                expect(Math.abs((ours?.gross ?? NaN) - grossUnrealizedPnL)).toBeLessThanOrEqual(
                  half === 0 ? 0 : 1 + Math.abs(grossUnrealizedPnL) * half,
                )
              }
            })
        },
        { unknowns: { profitRate }, accounts: [wealthy] },
      )
    },
  )
})
