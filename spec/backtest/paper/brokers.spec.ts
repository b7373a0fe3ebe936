import fc from 'fast-check'
import { EMPTY, NEVER, Subscription, catchError, concatMap, filter, from, merge, switchMap, take } from 'rxjs'
import {
  PayloadType,
  ProtoOATradeSide,
  candles,
  closeAll,
  createClient,
  pips,
  placeOrder,
  price,
  spots,
  units,
} from 'rx-ctrader'
import type { Connect, ProtoOADeal } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import type { HistoryTick, Strategy, Trade } from 'rx-ctrader/backtest'
import { createVirtualTime } from '../../../src/backtest/virtualTime'
import { createSimulator } from 'rx-ctrader/simulator'
import { START, resultOf } from '../support'

/** The runs of the property; more by hand. */
const numRuns = Number(process.env['PAPER_RUNS'] ?? 15)

jest.setTimeout(20_000 + 3_000 * numRuns)

const POINT = 0.00001
const SECOND = 1_000
/** A latency that does not depend on the id of an order. */
const fills = { latency: 250 }

const round = (value: number): number => Number(value.toFixed(5))

/**
 * Random ticks, at a ms of a second that is the symbol's own. On paper they come one after the other, and at the same
 * ms it is open which of them an order sees. Orders are executed 250 ms after a tick, so none is executed at the ms of
 * another one.
 */
const ticksOf = (first: number, ms: number): fc.Arbitrary<HistoryTick[]> =>
  fc
    .array(
      fc.record({
        pause: fc.integer({ min: 1, max: 40 }),
        move: fc.integer({ min: -60, max: 60 }),
        spread: fc.integer({ min: 0, max: 30 }),
      }),
      { minLength: 30, maxLength: 120 },
    )
    .map(moves => {
      let [points, timestamp] = [first, START + ms]
      return moves.map(({ pause, move, spread }): HistoryTick => {
        points += move
        timestamp += pause * SECOND
        return { timestamp, bid: round(points * POINT), ask: round((points + spread) * POINT) }
      })
    })

interface Whims {
  readonly every: number
  readonly stop: number
  readonly target: number
  readonly trails: boolean
}
const whimsArb: fc.Arbitrary<Whims> = fc.record({
  every: fc.integer({ min: 2, max: 5 }),
  stop: fc.integer({ min: 2, max: 12 }),
  target: fc.integer({ min: 2, max: 12 }),
  trails: fc.boolean(),
})

/** Trades two symbols by the last digits of bars and quotes: at the market, at limits and at stops. */
const whimsical: Strategy<Whims> = (account, { every, stop, target, trails }) =>
  merge(
    candles(account, 'EURUSD', 'M1').pipe(
      filter(({ closed }) => closed),
      concatMap(({ close }) => {
        const last = Math.round(close / POINT)
        if (last % every === 1) return closeAll(account).pipe(catchError(() => EMPTY))
        return placeOrder(account, {
          type: 'market',
          symbol: last % 3 === 0 ? 'EURUSD' : 'EURGBP',
          side: last % 2 === 0 ? 'buy' : 'sell',
          volume: units(10_000),
          stopLoss: pips(stop),
          ...(trails ? { trailingStop: true } : { takeProfit: pips(target) }),
        }).pipe(catchError(() => EMPTY))
      }),
    ),
    spots(account, 'EURUSD').pipe(
      concatMap(({ bid, ask }) => {
        const last = Math.round(bid / POINT)
        const volume = units(1_000 * (1 + (last % 4)))
        if (last % 5 === 0)
          return placeOrder(account, {
            type: 'market',
            symbol: last % 3 === 0 ? 'EURGBP' : 'EURUSD',
            side: last % 2 === 0 ? 'sell' : 'buy',
            volume,
            stopLoss: pips(target),
            takeProfit: pips(stop),
          }).pipe(catchError(() => EMPTY))
        if (last % 7 === 0)
          return placeOrder(account, {
            type: 'limit',
            symbol: 'EURUSD',
            side: 'buy',
            volume,
            price: price(round(bid - 3 * stop * POINT)),
          }).pipe(catchError(() => EMPTY))
        if (last % 11 === 0)
          return placeOrder(account, {
            type: 'stop',
            symbol: 'EURUSD',
            side: 'buy',
            volume,
            price: price(round(ask + 5 * target * POINT)),
          }).pipe(catchError(() => EMPTY))
        return EMPTY
      }),
    ),
  )

/** What a trade is, from the deals of an account. */
type Told = Omit<Trade, 'mae' | 'mfe' | 'reason' | 'symbol'> & { readonly symbolId: number }

const tradesOf = (deals: readonly ProtoOADeal[]): Told[] => {
  const openedAt = new Map<number, number>()
  const money = (amount = 0): number => amount / 100
  return [...deals]
    .sort((a, b) => a.dealId - b.dealId)
    .flatMap(deal => {
      const { closePositionDetail: detail, positionId, executionTimestamp, executionPrice = 0 } = deal
      if (!detail) {
        if (!openedAt.has(positionId)) openedAt.set(positionId, executionTimestamp)
        return []
      }
      const { entryPrice, grossProfit, swap, commission, pnlConversionFee = 0 } = detail
      return [
        {
          positionId,
          symbolId: deal.symbolId,
          side: deal.tradeSide === ProtoOATradeSide.SELL ? ('buy' as const) : ('sell' as const),
          volume: deal.filledVolume / 100,
          entryTime: openedAt.get(positionId) ?? 0,
          entryPrice,
          exitTime: executionTimestamp,
          exitPrice: executionPrice,
          gross: money(grossProfit),
          commission: money(commission),
          swap: money(swap),
          conversionFee: money(pnlConversionFee),
          net: money(grossProfit + swap + commission + pnlConversionFee),
        },
      ]
    })
}

const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

const clientOf = (connect: Connect) =>
  createClient({ connect, clientId: 'demo', clientSecret: 'demo', platform, random: () => 0.5 })

interface Run {
  readonly history: readonly { readonly symbol: string; readonly ticks: readonly HistoryTick[] }[]
  readonly start: number
  readonly end: number
  readonly whims: Whims
}

/** A broker of the history, as a backtest makes it, but by itself. */
const brokerOf = ({ history, start }: Run) =>
  createSimulator({
    history,
    start,
    fills,
    accounts: [{ accountId: 1, isLive: false, traderLogin: 1, brokerTitleShort: 'Broker' }],
    grants: [{ accessToken: 'demo', refreshToken: 'demo', accountIds: [1], permissionScope: 1 }],
  })

const login = { accountId: 1, accessToken: 'demo' }

/** Runs the strategy until the end, in virtual time. Gives its trades as the broker of its account has them. */
const tradesWith = (run: Run, tradedAt: (connect: Connect) => Connect): readonly object[] => {
  const { start, end, whims } = run
  const virtual = createVirtualTime()
  virtual.setWallClock(start)
  const parts = new Subscription()
  const deals: ProtoOADeal[] = []
  const goOn = (until: number): void => {
    for (let next = virtual.nextAt(); next !== undefined && start + next <= until; next = virtual.nextAt())
      virtual.step()
  }
  const fail = (error: unknown): void => {
    throw error as Error
  }
  virtual.enter(() => {
    const account = clientOf(tradedAt(brokerOf(run).connect)).account(login)
    parts.add(
      account.authenticated$
        .pipe(
          filter(({ status }) => status === 'authenticated'),
          take(1),
          switchMap(() => from(whimsical(account, whims))),
        )
        .subscribe({ error: fail }),
    )
    goOn(end)
    parts.add(
      account
        .request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { fromTimestamp: start, toTimestamp: end })
        .subscribe({ next: ({ deal = [] }) => deals.push(...deal), error: fail }),
    )
    goOn(end + 100)
    parts.unsubscribe()
    goOn(end + 60_000)
  })
  return inOrder(tradesOf(deals))
}

/** By their fields: orders that leave at one time may get their ids in any order. */
const inOrder = (trades: readonly object[]): object[] => {
  const fieldsOf = (trade: object): string => JSON.stringify(Object.entries(trade).sort())
  return trades
    .map(trade => ({ ...trade, positionId: undefined }))
    .sort((a, b) => (fieldsOf(a) < fieldsOf(b) ? -1 : 1))
}

const inMemory = (connect: Connect): Connect => connect
const onPaper = (connect: Connect): Connect => paper(clientOf(connect).account(login), { fills })

/** A trade of a backtest, with what deals tell of it. */
const toTold = (trade: Trade): object => {
  const { symbol, ...rest } = trade
  const told = { ...rest, symbolId: symbolIds[symbol] }
  for (const name of ['mae', 'mfe', 'reason', 'stopLoss', 'takeProfit'] as const)
    Reflect.deleteProperty(told, name)
  return told
}

const symbolIds: Readonly<Record<string, number>> = { EURUSD: 1, GBPUSD: 2, EURGBP: 9 }

describe('one strategy, three brokers', () => {
  it('makes the same trades in a backtest, at a server with the same ticks, and on paper that is fed by that server', async () => {
    const seen = { trades: 0, protected: 0 }
    await fc.assert(
      fc.asyncProperty(
        ticksOf(110_000, 0),
        ticksOf(85_000, 7),
        ticksOf(130_000, 14),
        whimsArb,
        async (...drawn) => {
          const [eurusd, eurgbp, gbpusd, whims] = drawn
          const history = [
            { symbol: 'EURUSD', ticks: eurusd },
            { symbol: 'EURGBP', ticks: eurgbp },
            { symbol: 'GBPUSD', ticks: gbpusd },
          ]
          const start = Math.max(...history.map(({ ticks }) => ticks[0]?.timestamp ?? 0))
          const end = Math.max(...history.map(({ ticks }) => ticks.at(-1)?.timestamp ?? 0))
          const { trades } = await resultOf(whimsical, { history, params: whims, fills })
          const expected = inOrder(trades.map(toTold))
          const run = { history, start, end, whims }
          expect(tradesWith(run, inMemory)).toEqual(expected)
          expect(tradesWith(run, onPaper)).toEqual(expected)
          seen.trades += trades.length
          seen.protected += trades.filter(({ reason }) => reason !== 'closed').length
        },
      ),
      { numRuns, endOnFailure: true },
    )
    // Otherwise it would compare nothing with nothing.
    expect(seen.trades).toBeGreaterThan(10 * numRuns)
    expect(seen.protected).toBeGreaterThan(numRuns)
  })
})
