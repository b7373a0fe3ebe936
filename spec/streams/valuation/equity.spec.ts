import { config, take } from 'rxjs'
import { PayloadType, equity, marginCalls, pnl } from 'rx-ctrader'
import type { ProtoOAMarginCall } from 'rx-ctrader'
import { equityOf } from '../../../src/simulator/trading/accounting/equity'
import { usedMargin } from '../../../src/simulator/trading/accounting/margin'
import { marginLevel } from '../../../src/simulator/trading/execution/marginLevel'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { plainAccount } from '../../support/tradingFloor'
import { RECONCILE, TRADER, accountServer, position, traderWith } from '../account/accountServer'
import { EURUSD, SELL, USDJPY, tradesOn } from '../account/trades'

const { PROTO_OA_MARGIN_CALL_TRIGGER_EVENT, PROTO_OA_MARGIN_CALL_UPDATE_EVENT } = PayloadType

const LIST = PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ
const MOVED = PROTO_OA_MARGIN_CALL_UPDATE_EVENT
const TRIGGERED = PROTO_OA_MARGIN_CALL_TRIGGER_EVENT
const LATENCY = 10
const SATURDAY = Date.UTC(2026, 0, 10, 12)

/** As the exchange itself reckons, at the time of what the client last heard. */
const exchanges = ({ broker }: Scene) => {
  const desk = broker.exchange.account(ACCOUNT)
  const at = broker.now() - LATENCY
  const used = usedMargin(desk.book)
  const worth = equityOf(desk, at)
  const level = marginLevel(desk, at)
  return {
    balance: desk.book.balance,
    equity: worth,
    usedMargin: used,
    freeMargin: worth - used,
    ...(level !== undefined && { marginLevel: level }),
    moneyDigits: 2,
    unvalued: [],
  }
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('equity', () => {
  it('is what the exchange reckons: without positions, with some, after a payment, and after a lost line', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { deposit, place } = tradesOn(stage)
      const seen = watch(equity(account), 60_000)
      const check = (): void => {
        expect(seen.values.at(-1)).toEqual(exchanges(stage))
      }
      at(1_000, () => {
        check()
        expect(seen.values).toEqual([
          {
            balance: 1_000_000,
            equity: 1_000_000,
            usedMargin: 0,
            freeMargin: 1_000_000,
            moneyDigits: 2,
            unvalued: [],
          },
        ])
        place({ volume: 2_000_000 })
        place({ symbolId: USDJPY, tradeSide: SELL, volume: 800_000 })
      })
      for (let ms = 3_000; ms < 10_000; ms += 777) at(ms, check)
      at(10_000, () => {
        deposit(-200_000)
      })
      at(10_500, () => {
        check()
        broker.drop()
        deposit(70_000)
      })
      for (let ms = 12_000; ms < 20_000; ms += 777) at(ms, check)
    })
  })

  it('never has the balance of one moment with the positions of another', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { close, closeElsewhere, place } = tradesOn(stage)
      const seen = watch(equity(account), 60_000)
      at(1_000, () => {
        place({ volume: 5_000_000 })
        place({ volume: 5_000_000 })
      })
      at(3_000, () => {
        broker.shift(EURUSD, 1_000)
      })
      at(10_000, () => {
        const [first, second] = broker.exchange.ledger(ACCOUNT).positions
        close(first?.positionId, 5_000_000)
        at(2_000, () => {
          broker.drop()
          closeElsewhere(second?.positionId, 5_000_000)
        })
      })
      at(30_000, () => {
        const values = seen.timed.filter(([ms]) => ms > 9_000).map(([, value]) => value)
        expect(values.map(({ usedMargin }) => usedMargin > 0)).toContain(false)
        // Each position has gained about 500 dollars, which are counted twice or not at all if it is not so.
        for (const value of values) {
          expect(value.equity).toBeGreaterThan(1_080_000)
          expect(value.equity).toBeLessThan(1_120_000)
        }
        expect(values.at(-1)).toEqual(exchanges(stage))
        expect(values.at(-1)?.balance).toBe(values.at(-1)?.equity)
      })
    })
  })

  it('is shared, gives a late consumer the latest at once, and nothing is left of it with the last', () => {
    scene(stage => {
      const { account, asked, at, subscribed, watch } = stage
      const { place } = tradesOn(stage)
      const first = watch(equity(account), 20_000)
      at(1_000, () => {
        place()
      })
      at(5_000, () => {
        asked()
        const late = watch(equity(account), 1_000)
        expect(late.values).toEqual([first.values.at(-1)])
        expect(asked()).toEqual([])
      })
      at(21_000, () => {
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives a late consumer nothing of before while the line is down', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      tradesOn(stage).place({ volume: 10_000_000 })
      watch(equity(account), 20_000)
      watch(pnl(account), 20_000)
      at(5_000, broker.drop)
      at(5_300, () => {
        const worth = watch(equity(account), 10_000)
        const profit = watch(pnl(account), 10_000)
        expect([worth.values, profit.values]).toEqual([[], []])
        // About 2,000 dollars, so that none of before looks like one of after.
        broker.shift(EURUSD, -2_000)
        at(8_000, () => {
          expect(worth.values.at(-1)).toEqual(exchanges(stage))
          expect(profit.values[0]?.changed).toHaveLength(1)
          for (const value of worth.values) expect(value.equity).toBeLessThan(900_000)
          for (const { net } of profit.values) expect(net).toBeLessThan(-100_000)
        })
      })
    })
  })

  it('is known at the weekend too, when the market is closed', () => {
    scene(
      ({ account, at, watch }) => {
        const seen = watch(equity(account), 5_000)
        at(4_000, () => {
          expect(seen.values).toMatchObject([{ equity: 1_000_000 }])
        })
      },
      { start: SATURDAY },
    )
  })

  it('counts the bonuses', () => {
    accountServer(({ account, answer, at, watch }) => {
      const seen = watch(equity(account))
      at(100, () => {
        answer(TRADER, {
          trader: {
            ctidTraderAccountId: ACCOUNT,
            balance: 100,
            depositAssetId: 1,
            managerBonus: 20,
            ibBonus: 3,
          },
        })
        answer(RECONCILE, {})
        expect(seen.values).toEqual([
          { balance: 100, equity: 123, usedMargin: 0, freeMargin: 123, moneyDigits: 2, unvalued: [] },
        ])
      })
    })
  })

  it.each([
    ['no more bonus than there is of one’s own', 10_000, { managerBonus: 50_000 }, 20_000],
    ['every kind of bonus', 10_000, { managerBonus: 50, ibBonus: 7, nonWithdrawableBonus: 600 }, 10_657],
    ['no bonus where nothing is of one’s own', -300, { managerBonus: 50_000 }, -300],
    ['a bonus that is said to be none', 500, { managerBonus: 0, nonWithdrawableBonus: 0 }, 500],
  ])('counts %s (A2)', (_, balance, bonuses, worth) => {
    accountServer(({ account, answer, at, watch }) => {
      const seen = watch(equity(account))
      at(100, () => {
        answer(TRADER, { trader: { ...traderWith(balance, 1), ...bonuses } })
        answer(RECONCILE, {})
        expect(seen.values.at(-1)).toMatchObject({ balance, equity: worth, freeMargin: worth })
      })
    })
  })

  it('takes of the bonus what the net profit leaves of the account’s own money (A2)', () => {
    scene(
      stage => {
        const { account, at, broker, watch } = stage
        const { place } = tradesOn(stage)
        const seen = watch(equity(account), 60_000)
        const check = (): void => {
          expect(seen.values.at(-1)).toEqual(exchanges(stage))
        }
        at(1_000, () => {
          expect(seen.values.at(-1)).toMatchObject({ balance: 100_000, equity: 200_000 })
          place({ volume: 1_000_000 })
        })
        at(5_000, () => {
          check()
          // 500 dollars of a thousand are lost, and as much of the bonus does not carry any more.
          broker.shift(EURUSD, -5_000)
        })
        at(8_000, () => {
          check()
          expect(seen.values.at(-1)?.equity).toBeLessThan(101_000)
          broker.trade((exchange, now) => {
            exchange.bonus(ACCOUNT, { manager: -190_000, ib: 5_000 }, now)
          })
        })
        at(9_000, () => {
          check()
          expect(seen.values.at(-1)?.equity).toBeLessThan(66_000)
        })
      },
      { accounts: [{ ...plainAccount, balance: 100_000, managerBonus: 200_000 }] },
    )
  })

  it.each([
    ['the larger side of a hedge', {}, 110_000],
    ['the larger side of a hedge', { totalMarginCalculationType: 0 }, 110_000],
    ['both sides of a hedge', { totalMarginCalculationType: 1 }, 220_000],
    ['nothing of a whole hedge', { totalMarginCalculationType: 2 }, 0],
  ])('takes %s where the account has %j (A1)', (_, rule, margin) => {
    accountServer(server => {
      const { account, answer, at, watch } = server
      const seen = watch(equity(account))
      const hedge = (positionId: number, tradeSide: 1 | 2) =>
        position(positionId, 10, {
          tradeData: { symbolId: 1, volume: 10_000_000, tradeSide },
          usedMargin: 110_000,
        })
      at(100, () => {
        answer(TRADER, { trader: { ...traderWith(250_000, 1), ...rule } })
        answer(RECONCILE, { position: [hedge(1, 1), hedge(2, 2)] })
      })
      at(200, () => {
        answer(PayloadType.PROTO_OA_SYMBOLS_LIST_REQ, {
          symbol: [{ symbolId: 1, symbolName: 'EURUSD', baseAssetId: 7, quoteAssetId: 1 }],
        })
      })
      at(300, () => {
        answer(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, {})
        server.say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 110_000, ask: 110_000 })
      })
      at(400, () => {
        expect(seen.values.at(-1)).toEqual({
          balance: 250_000,
          equity: 250_000,
          usedMargin: margin,
          freeMargin: 250_000 - margin,
          ...(margin > 0 && { marginLevel: (250_000 / margin) * 100 }),
          moneyDigits: 2,
          unvalued: [],
        })
      })
    })
  })

  it('goes on for the others where one throws and another leaves in the middle', () => {
    config.onUnhandledError = () => undefined
    scene(stage => {
      const { account, at, watch } = stage
      const { place } = tradesOn(stage)
      equity(account)
        .pipe(take(3))
        .subscribe(() => {
          throw new Error('a consumer of its own')
        })
      watch(equity(account).pipe(take(2)))
      const seen = watch(equity(account), 60_000)
      at(1_000, () => {
        place()
      })
      at(10_000, () => {
        expect(seen.values.at(-1)).toEqual(exchanges(stage))
      })
    })
  })
})

describe('marginCalls', () => {
  it('has the thresholds, and each that is moved', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(marginCalls(account), 20_000)
      const levels = (): unknown[] =>
        seen.values.map(({ all }) => all.map(({ marginLevelThreshold }) => marginLevelThreshold))
      at(1_000, () => {
        expect(asked()).toEqual([LIST])
        expect(levels()).toEqual([[100, 70, 50]])
        watch(
          account.request(PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ, {
            marginCall: { marginCallType: 62, marginLevelThreshold: 80 },
          }),
          5_000,
        )
      })
      at(2_000, () => {
        expect(levels()).toEqual([
          [100, 70, 50],
          [100, 80, 50],
        ])
        expect(seen.values.map(({ triggered }) => triggered)).toEqual([undefined, undefined])
        broker.drop()
      })
      at(10_000, () => {
        expect(levels()).toHaveLength(2)
        broker.drop()
        broker.trade((exchange, now) =>
          exchange.moveMarginCall(ACCOUNT, { marginCallType: 63, marginLevelThreshold: 40 }, now),
        )
      })
      at(19_000, () => {
        expect(levels().at(-1)).toEqual([100, 80, 40])
        expect(levels()).toHaveLength(3)
      })
    })
  })

  it('tells once when a threshold is reached, and a late consumer nothing of it', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      const seen = watch(marginCalls(account), 60_000)
      at(1_000, () => {
        place({ volume: 80_000_000 })
      })
      at(5_000, () => {
        expect(seen.values).toHaveLength(1)
        broker.shift(EURUSD, -500)
      })
      at(30_000, () => {
        expect(seen.values.map(({ triggered }) => triggered?.marginLevelThreshold)).toEqual([undefined, 100])
        asked()
        const late = watch(marginCalls(account), 1_000)
        expect(late.values).toEqual([{ all: seen.values[0]?.all }])
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks again where it is refused for the time being, and errors where it is for good', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: LIST, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      const seen = watch(marginCalls(account), 10_000)
      at(9_000, () => {
        expect(seen.values).toHaveLength(1)
      })
      at(15_000, () => {
        broker.fault({ kind: 'refuse', payloadType: LIST, errorCode: 'UNSUPPORTED_MESSAGE' })
        const refused = watch(marginCalls(account), 10_000)
        at(1_000, () => {
          expect(refused.error).toMatchObject({ reason: 'Refused' })
        })
      })
    })
  })

  it('has none where the server has none', () => {
    accountServer(({ account, answer, at, watch }) => {
      const seen = watch(marginCalls(account))
      at(100, () => {
        answer(LIST, {})
        expect(seen.values).toEqual([{ all: [] }])
      })
    })
  })

  it('keeps what came before the answer: what was moved later, and what was triggered', () => {
    accountServer(({ account, answer, at, say, watch }) => {
      const seen = watch(marginCalls(account))
      const call = (marginLevelThreshold: number, utcLastUpdateTimestamp: number): ProtoOAMarginCall => ({
        marginCallType: 61,
        marginLevelThreshold,
        utcLastUpdateTimestamp,
      })
      at(100, () => {
        say(MOVED, { marginCall: call(90, 20) })
        say(TRIGGERED, { marginCall: call(90, 20) })
        answer(LIST, { marginCall: [call(100, 10)] })
        expect(seen.values).toEqual([
          { all: [call(90, 20)] },
          { all: [call(90, 20)], triggered: call(90, 20) },
        ])
        say(MOVED, { marginCall: call(80, 15) })
        expect(seen.values).toHaveLength(2)
        say(TRIGGERED, { marginCall: call(90, 20) })
        expect(seen.values).toHaveLength(3)
        say(MOVED, { marginCall: call(70, 30) })
        expect(seen.values.at(-1)).toEqual({ all: [call(70, 30)] })
      })
    })
  })
})
