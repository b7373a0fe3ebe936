import { config, map, take } from 'rxjs'
import { PayloadType, equity, marginCalls, pnl } from 'rx-ctrader'
import type { ProtoOAMarginCall } from 'rx-ctrader'
import { accountEquity } from '../../../src/simulator/trading/accounting/equity'
import { usedMargin } from '../../../src/simulator/trading/accounting/margin'
import { marginLevel } from '../../../src/simulator/trading/execution/marginLevel'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { actAt, containing, readAt, sent, subscribedOn } from '../../support/drawn'
import { plainAccount } from '../../support/tradingFloor'
import { RECONCILE, TRADER, accountServer, position, traderWith } from '../account/accountServer'
import { EURUSD, SELL, USDJPY, tradesOn } from '../account/trades'

const { PROTO_OA_MARGIN_CALL_TRIGGER_EVENT, PROTO_OA_MARGIN_CALL_UPDATE_EVENT } = PayloadType

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
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
  const worth = accountEquity(desk, at)
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
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      actAt(kit, '1s p', { p: tradesOn(kit).place })
      const equity$ = equity(account).pipe(map(({ equity: worth }) => worth))
      const values = { n: 1_000_000, p: 999_977 }
      expectObservable(equity$, '^  20s !').toBe('n 1254ms p', values)
      expectObservable(equity$, '5s ^ 1s !').toBe('5s p', values)
      expectRequests(SPOTS, NO_SPOTS).toBe('1255ms s 18745ms u', { s: sent(SPOTS), u: sent(NO_SPOTS) })
      expectObservable(readAt(kit, '21s a', () => subscribedOn(kit).spots)).toBe('21s a', { a: [] })
    })
  })

  it('gives a late consumer nothing of before while the line is down', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      tradesOn(kit).place({ volume: 10_000_000 })
      broker.faults('5s    d')
      // About 2,000 dollars, so that none of before looks like one of after.
      broker.quotes('5300ms b', { b: { bid: 1.08, ask: 1.0802 } })
      const loss$ = equity(account).pipe(map(({ equity: worth, balance }) => worth - balance))
      const profit$ = pnl(account).pipe(map(({ gross, changed }) => [gross, changed.length]))
      const losses = { n: 0, s: -2_330, l: -202_330 }
      const profits = { n: [0, 0], s: [-2_000, 1], l: [-202_000, 1] }
      expectObservable(loss$, '^      20s !').toBe('n 254ms s 5244ms l', losses)
      expectObservable(loss$, '5300ms ^ 10s !').toBe('5500ms l', losses)
      expectObservable(profit$, '^      20s !').toBe('n 254ms s 5244ms l', profits)
      expectObservable(profit$, '5300ms ^ 10s !').toBe('5500ms l', profits)
    })
  })

  it('is known at the weekend too, when the market is closed', () => {
    marbles(
      ({ account, expectObservable }) => {
        expectObservable(equity(account), '^ 5s !').toBe('e', { e: containing({ equity: 1_000_000 }) })
      },
      { simulator: { start: SATURDAY } },
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
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.faults('2s d 8s d')
      actAt(kit, '1s a 8999ms b', {
        a: () => {
          account
            .request(PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ, {
              marginCall: { marginCallType: 62, marginLevelThreshold: 80 },
            })
            .subscribe()
        },
        b: () => {
          broker.trade((exchange, now) =>
            exchange.moveMarginCall(ACCOUNT, { marginCallType: 63, marginLevelThreshold: 40 }, now),
          )
        },
      })
      const level$ = marginCalls(account).pipe(
        map(({ all, triggered }) => [
          triggered,
          ...all.map(({ marginLevelThreshold }) => marginLevelThreshold),
        ]),
      )
      expectObservable(level$, '^ 20s !').toBe('a 999ms b 10s c', {
        a: [undefined, 100, 70, 50],
        b: [undefined, 100, 80, 50],
        c: [undefined, 100, 80, 40],
      })
      expectRequests(LIST).toBe('l 2499ms l 8500ms l', { l: sent(LIST) })
    })
  })

  it('tells once when a threshold is reached, and a late consumer nothing of it', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      actAt(kit, '1s p', {
        p: () => {
          tradesOn(kit).place({ volume: 80_000_000 })
        },
      })
      broker.quotes('5s b', { b: { bid: 1.098, ask: 1.0982 } })
      const call$ = marginCalls(account).pipe(
        map(({ all, triggered }) => [all.length, triggered?.marginLevelThreshold]),
      )
      const calls = { a: [3, undefined], t: [3, 100] }
      expectObservable(call$, '^   60s !').toBe('a 4999ms t', calls)
      expectObservable(call$, '30s ^ 1s !').toBe('30s a', calls)
      expectRequests(LIST).toBe('l', { l: sent(LIST) })
    })
  })

  it('asks again where it is refused for the time being, and errors where it is for good', () => {
    marbles(({ account, broker, expectObservable }) => {
      const refusal = { kind: 'refuse', payloadType: LIST } as const
      broker.fault({ ...refusal, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      broker.faults('14s b', { b: { ...refusal, errorCode: 'UNSUPPORTED_MESSAGE' } })
      const count$ = marginCalls(account).pipe(map(({ all }) => all.length))
      expectObservable(count$, '^   10s !').toBe('3s a', { a: 3 })
      expectObservable(count$, '15s ^ 10s !').toBe('15s #', {}, containing({ reason: 'Refused' }))
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
