import { filter, map } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  depth,
  marginCalls,
  orders,
  positions,
  spots,
  symbols,
  trader,
} from 'rx-ctrader'
import type { Gap, RejectedFrame } from 'rx-ctrader'
import { scene } from '../../support/accountScene'
import { expectedBook } from '../../support/expectedBook'
import {
  EXECUTION,
  RECONCILE,
  TRADER,
  accountServer,
  known,
  order,
  position,
  traderWith,
} from '../../streams/account/accountServer'
import { tradesOn } from '../../streams/account/trades'

const EURUSD = 1
const GBPUSD = 2
const LATENCY = 10
const { M1 } = ProtoOATrendbarPeriod
const {
  PROTO_OA_DEPTH_EVENT: DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_SPOT_EVENT: SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ: DEPTH,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ: SPOTS,
  PROTO_OA_SYMBOL_BY_ID_RES,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ: NO_DEPTH,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ: NO_SPOTS,
} = PayloadType

describe('after a frame that could not be read', () => {
  it('asks for the order book anew, and has the server’s again (B2)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(
        depth(account, EURUSD).pipe(
          map(book => [book, expectedBook(broker.market, EURUSD, broker.now() - LATENCY)]),
        ),
        60_000,
      )
      const other = watch(depth(account, GBPUSD), 60_000)
      let before = 0
      at(20_000, () => {
        asked()
        broker.fault({ kind: 'malformed', payloadType: DEPTH_EVENT, times: 3 })
      })
      at(30_000, () => {
        before = seen.values.length
        expect(asked().slice(0, 2)).toEqual([NO_DEPTH, DEPTH])
        expect(other.values.length).toBeGreaterThan(0)
      })
      at(59_000, () => {
        expect(seen.values.length).toBeGreaterThan(before)
        for (const [book, servers] of seen.values.slice(before)) expect(book).toEqual(servers)
      })
    })
  })

  it('asks for the prices anew, and for the bars that may have changed (B2)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const quotes = watch(spots(account, EURUSD), 130_000)
      const bars = watch(candles(account, EURUSD, M1).pipe(filter(({ closed }) => closed)), 130_000)
      at(20_000, () => {
        asked()
        broker.fault({ kind: 'malformed', payloadType: SPOT_EVENT })
      })
      at(40_000, () => {
        expect(asked().slice(0, 2)).toEqual([NO_SPOTS, SPOTS])
      })
      at(121_000, () => {
        const { bid, ask } = broker.market.quoteAt(EURUSD, broker.now() - LATENCY)
        expect(quotes.values.at(-1)).toMatchObject({ bid: bid / 1e5, ask: ask / 1e5 })
        expect(bars.values.length).toBeGreaterThan(0)
      })
    })
  })

  it('closes no bar before it is known what was missed, also where more such frames come (B2)', () => {
    scene(({ account, at, broker, watch }) => {
      const bars = watch(candles(account, EURUSD, M1).pipe(filter(({ closed }) => closed)), 590_000)
      for (let ms = 5_000; ms < 400_000; ms += 7_000)
        at(ms, () => {
          broker.fault({ kind: 'malformed', payloadType: SPOT_EVENT })
        })
      at(589_000, () => {
        const right = broker.market
          .barsBetween(EURUSD, M1, {
            from: broker.now() - 700_000,
            to: broker.now(),
            now: broker.now(),
            count: 20,
          })
          .map(({ openedAt, close, high }) => [openedAt, close / 1e5, high / 1e5])
        const seen = bars.values.map(({ timestamp, close, high }) => [timestamp, close, high])
        expect(seen.length).toBeGreaterThan(7)
        expect(right).toEqual(expect.arrayContaining(seen))
      })
    })
  })

  it('reconciles, and has what was closed and the balance of now (B2)', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { placeElsewhere, closeElsewhere } = tradesOn(stage)
      placeElsewhere()
      const open = watch(positions(account), 60_000)
      const money = watch(trader(account), 60_000)
      at(30_000, () => {
        const [first] = open.values.at(-1)?.all ?? []
        expect(first).toBeDefined()
        broker.fault({ kind: 'malformed', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT, times: 10 })
        closeElsewhere(first?.positionId)
      })
      at(33_000, () => {
        broker.fault({ kind: 'recover' })
      })
      at(40_000, () => {
        const ledger = broker.exchange.ledger(12345678)
        expect(ledger.positions.filter(({ positionStatus }) => positionStatus === 1)).toEqual([])
        expect(open.values.at(-1)?.all).toEqual([])
        expect(money.values.at(-1)?.balance).toBe(ledger.trader.balance)
      })
    })
  })

  it('keeps what an event told a moment before the list was asked for, which may be behind (B2)', () => {
    accountServer(server => {
      const { account, asked, at, line, say, watch } = server
      const seen = watch(positions(account), 60_000)
      at(100, () => {
        known(server, { position: [position(1, 10)] })
        say(EXECUTION, { executionType: 3, position: position(2, 20) })
        line().say('{"payloadType":2126,"payload":{"ctidTrad')
        expect(asked(RECONCILE)).toBe(2)
        known(server, {})
        expect(seen.values.at(-1)?.all).toEqual([position(2, 20)])
      })
      // Later it is not behind any more.
      at(5_101, () => {
        known(server, { position: [position(2, 20)] })
      })
      at(15_102, () => {
        known(server, {})
        expect(seen.values.at(-1)?.all).toEqual([position(2, 20)])
      })
      at(35_103, () => {
        known(server, {})
        expect(seen.values.at(-1)?.all).toEqual([])
      })
    })
  })

  it('asks for symbols and margin calls anew (B2)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      watch(symbols(account), 60_000)
      watch(marginCalls(account), 60_000)
      at(4_000, () => {
        asked()
        broker.fault({
          kind: 'push',
          text: '{"payloadType":2120,"payload":{"ctidTraderAccountId":12345678,"sym',
        })
        broker.fault({
          kind: 'push',
          text: '{"payloadType":2171,"payload":{"ctidTraderAccountId":12345678,"mar',
        })
      })
      at(4_500, () => {
        expect(asked()).toEqual([
          PayloadType.PROTO_OA_SYMBOLS_LIST_REQ,
          PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ,
        ])
      })
    })
  })

  it('asks for all of it where the frame does not say what it was, and for nothing where it cannot matter (B2)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      watch(orders(account), 20_000)
      watch(depth(account, EURUSD), 20_000)
      at(1_000, () => {
        asked()
        broker.fault({ kind: 'push', text: '{"payloadType":51,"payload":{' })
        broker.fault({ kind: 'push', text: '<html>' })
        broker.fault({
          kind: 'push',
          text: '{"payloadType":2126,"payload":{"ctidTraderAccountId":999,"executionType":"x"}}',
        })
        broker.fault({
          kind: 'push',
          text: '{"payloadType":9999,"payload":{"ctidTraderAccountId":12345678}}',
        })
      })
      at(2_000, () => {
        expect(asked()).toEqual([])
        broker.fault({ kind: 'push', text: '{"payloa' })
      })
      at(3_000, () => {
        expect(asked().sort()).toEqual([TRADER, RECONCILE, DEPTH, NO_DEPTH].sort())
      })
    })
  })

  it('tells the account’s gap$, with the type of the frame (B2)', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(account.gap$, 20_000)
      at(10_000, () => {
        broker.fault({
          kind: 'push',
          text: '{"payloadType":2126,"payload":{"ctidTraderAccountId":12345678,"executionType":"x"}}',
        })
      })
      at(11_000, () => {
        const gap: Gap = {
          from: expect.any(Number) as number,
          resumed: false,
          unreadable: PROTO_OA_EXECUTION_EVENT,
        }
        expect(seen.values).toEqual([gap, { ...gap, resumed: true, to: expect.any(Number) as number }])
        const [, { from, to = 0 } = gap] = seen.values
        expect(to - from).toBeGreaterThan(0)
      })
    })
  })

  it('asks ever more rarely where such frames do not end (B2)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      watch(depth(account, EURUSD), 599_000)
      watch(orders(account), 599_000)
      at(500, () => {
        asked()
      })
      for (let ms = 1_000; ms < 590_000; ms += 900)
        at(ms, () => {
          broker.fault({ kind: 'push', text: '{"what' })
        })
      at(598_000, () => {
        expect(asked().length).toBeLessThan(150)
      })
    })
  })
})

describe('an entity of a list that cannot be read', () => {
  const bad = { ...position(7, 30), swap: 'none' }
  const badOrder = { ...order(8, 30), orderType: null }

  it('is reported and does not keep the others back, nor does it count as gone (B5)', () => {
    accountServer(server => {
      const { account, answer, at, watch } = server
      const seen = watch(positions(account), 20_000)
      const pending = watch(orders(account), 20_000)
      at(100, () => {
        known(server, { position: [position(1, 10), position(7, 10)], order: [order(8, 10), order(9, 10)] })
      })
      at(5_101, () => {
        answer(TRADER, { trader: traderWith(1_000_000, 1) })
        answer(RECONCILE, { position: [bad, position(2, 20)], order: [badOrder] })
        expect(seen.values.at(-1)?.all).toEqual([position(2, 20), position(7, 10)])
        expect(pending.values.at(-1)?.all).toEqual([order(8, 10)])
      })
    })
  })

  it('keeps all that is known where not even its id can be read (B5)', () => {
    accountServer(server => {
      const { account, answer, at, watch } = server
      const seen = watch(positions(account), 20_000)
      at(100, () => {
        known(server, { position: [position(1, 10), position(7, 10)] })
      })
      at(5_101, () => {
        answer(TRADER, { trader: traderWith(1_000_000, 1) })
        answer(RECONCILE, { position: ['what?', position(2, 20)] })
        expect(seen.values.at(-1)?.all.map(({ positionId }) => positionId)).toEqual([2, 1, 7])
      })
    })
  })

  it('is told on rejected$, with what is wrong (B5)', () => {
    const rejected: RejectedFrame[] = []
    scene(({ at, broker, client, watch }) => {
      const seen = watch(client.rejected$, 20_000)
      at(1_000, () => {
        broker.fault({
          kind: 'push',
          text: '{"payloadType":2117,"payload":{"ctidTraderAccountId":12345678,"symbol":[{"symbolId":1},{"symbolId":2,"digits":5,"pipPosition":4}]}}',
        })
      })
      at(1_100, () => {
        rejected.push(...seen.values)
      })
    })
    expect(rejected).toMatchObject([
      {
        reason: 'InvalidEntity',
        payloadType: PROTO_OA_SYMBOL_BY_ID_RES,
        ctidTraderAccountId: 12345678,
        faults: [{ path: 'payload.symbol.0.digits' }, { path: 'payload.symbol.0.pipPosition' }],
      },
    ])
  })
})
