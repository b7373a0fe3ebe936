import * as fc from 'fast-check'
import { asyncScheduler, filter, tap } from 'rxjs'
import { PayloadType, deals, equity, orders, pnl, positions, trader } from 'rx-ctrader'
import type { ProtoOANewOrderReq, ProtoOAPosition, ProtoOATrader } from 'rx-ctrader'
import { reconcile } from '../../../src/simulator/trading/queries/queries'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'

/** How many sessions: `ACCOUNT_RUNS=1000 npx jest accountProperties` for many more. */
const RUNS = Number(process.env['ACCOUNT_RUNS'] ?? 8)

const EURUSD = 1
const USDJPY = 4
const USDCAD = 8
const EURGBP = 9
const XAUUSD = 41
const SYMBOLS = [EURUSD, USDJPY, USDCAD, EURGBP, XAUUSD] as const
type Symbols = (typeof SYMBOLS)[number]

/** What changes the state of an account; of these the next may be one that cannot be read. */
const EVENTS = [
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT,
  PayloadType.PROTO_OA_TRADER_UPDATE_EVENT,
]

interface Step {
  readonly wait: number
  readonly kind:
    | 'market'
    | 'limit'
    | 'stop'
    | 'cancel'
    | 'amend'
    | 'protect'
    | 'close'
    | 'deposit'
    | 'terms'
    | 'bonus'
    | 'shift'
    | 'mute'
    | 'unlist'
    | 'recover'
    | 'drop'
    | 'malform'
    | 'look'
  readonly symbolId: Symbols
  readonly side: 1 | 2
  readonly lots: number
  readonly far: number
  readonly pick: number
  readonly guarded: boolean
  readonly passing: boolean
  /** Not by this client but from another terminal, also while its line is down. */
  readonly elsewhere: boolean
}

interface Session {
  readonly netted: boolean
  readonly marginType: 0 | 1 | 2
  /** By which rule an account with limited risk takes margin; none has no limited risk. */
  readonly limitedRisk: 0 | 1 | 2 | undefined
  readonly bonus: 0 | 1_000 | 9_000
  readonly depositAsset: 'USD' | 'EUR' | 'JPY'
  readonly moneyDigits: number
  readonly leverage: number
  readonly latency: number
  readonly seed: number
  /** The symbol that is in no list from the beginning. */
  readonly unlisted: Symbols | undefined
  readonly profitRate: 'bid' | 'mid'
  readonly traderUpdates: 'whole' | 'sparse'
  readonly archivedById: 'symbol' | 'archivedSymbol'
  /** Whether events come that cannot be read: then it is only known later what the server has. */
  readonly unreadable: boolean
  readonly steps: readonly Step[]
}

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })),
  kind: fc.constantFrom(
    'market',
    'market',
    'market',
    'limit',
    'limit',
    'stop',
    'cancel',
    'amend',
    'protect',
    'protect',
    'close',
    'close',
    'deposit',
    'terms',
    'bonus',
    'shift',
    'shift',
    'mute',
    'unlist',
    'recover',
    'drop',
    'malform',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
  ),
  symbolId: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, 2),
  lots: fc.integer({ min: 1, max: 9 }),
  far: fc.integer({ min: 1, max: 60 }),
  pick: fc.nat(),
  guarded: fc.boolean(),
  passing: fc.boolean(),
  elsewhere: fc.boolean(),
})

const sessions: fc.Arbitrary<Session> = fc.record({
  netted: fc.boolean(),
  marginType: fc.constantFrom(0, 1, 2),
  limitedRisk: fc.constantFrom(undefined, undefined, 0, 1, 2),
  bonus: fc.constantFrom(0, 1_000, 9_000),
  depositAsset: fc.constantFrom('USD', 'EUR', 'JPY'),
  moneyDigits: fc.constantFrom(2, 2, 3),
  leverage: fc.constantFrom(20, 100, 500),
  latency: fc.constantFrom(0, 10, 70),
  seed: fc.integer({ min: 1, max: 1_000 }),
  unlisted: fc.constantFrom(undefined, undefined, undefined, EURUSD, USDCAD, EURGBP),
  profitRate: fc.constantFrom('bid', 'bid', 'mid'),
  traderUpdates: fc.constantFrom('whole', 'sparse'),
  archivedById: fc.constantFrom('symbol', 'archivedSymbol'),
  unreadable: fc.constantFrom(true, false, false, false),
  steps: fc.array(steps, { minLength: 10, maxLength: 50, size: 'max' }),
})

/** Of the symbols that convert. */
const HALF_A_SPREAD = 0.0005

const LOT: Record<Symbols, number> = { 1: 100_000, 4: 100_000, 8: 100_000, 9: 100_000, 41: 100 }
const POINT: Record<Symbols, number> = { 1: 10, 4: 1_000, 8: 10, 9: 10, 41: 10_000 }

/** Lets a step happen: by this client's requests, or past it. */
const act = ({ broker, account, watch }: Scene, step: Step): void => {
  const { symbolId, side, far, pick } = step
  const at = broker.now()
  const { bid, ask } = broker.market.quoteAt(symbolId, at)
  const price = (sign: 1 | -1): number => ((side === 1 ? ask : bid) + sign * far * POINT[symbolId]) / 100_000
  const { position: open, order: working } = reconcile(broker.exchange.account(ACCOUNT), true)
  const position = open[pick % (open.length || 1)]
  const pending = working[pick % (working.length || 1)]
  const guard = step.guarded
    ? {
        relativeStopLoss: (20 + far) * POINT[symbolId],
        relativeTakeProfit: 30 * POINT[symbolId],
        trailingStopLoss: far > 30,
      }
    : {}
  const order = (
    asked: Omit<ProtoOANewOrderReq, 'ctidTraderAccountId' | 'symbolId' | 'tradeSide' | 'volume'>,
  ): void => {
    const full = { symbolId, tradeSide: side, volume: step.lots * LOT[symbolId], ...guard, ...asked }
    if (step.elsewhere)
      broker.trade((exchange, now) =>
        exchange.newOrder(
          ACCOUNT,
          { ctidTraderAccountId: ACCOUNT, ...full },
          { at: now, clientMsgId: 'elsewhere' },
        ),
      )
    else watch(account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, full), 20_000)
  }
  switch (step.kind) {
    case 'market':
      order({ orderType: 1, ...(step.passing && position && { positionId: position.positionId }) })
      break
    case 'limit':
      order({ orderType: 2, limitPrice: price(side === 1 ? -1 : 1) })
      break
    case 'stop':
      order({
        orderType: 3,
        stopPrice: price(side === 1 ? 1 : -1),
        ...(step.passing && { expirationTimestamp: at + 5_000 }),
      })
      break
    case 'cancel':
      if (pending)
        watch(account.request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: pending.orderId }), 20_000)
      break
    case 'amend':
      if (pending)
        watch(
          account.request(PayloadType.PROTO_OA_AMEND_ORDER_REQ, {
            orderId: pending.orderId,
            volume: step.lots * LOT[pending.tradeData.symbolId as Symbols],
          }),
          20_000,
        )
      break
    case 'protect':
      if (position) {
        const { tradeSide, symbolId: of } = position.tradeData
        const point = POINT[of as Symbols]
        const now = broker.market.quoteAt(of, at)
        const stop = tradeSide === 1 ? now.bid - far * point : now.ask + far * point
        watch(
          account.request(PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ, {
            positionId: position.positionId,
            ...(step.guarded && {
              stopLoss: (Math.round(stop / point) * point) / 100_000,
              trailingStopLoss: step.passing,
            }),
          }),
          20_000,
        )
      }
      break
    case 'close':
      if (position) {
        const { volume, symbolId: of } = position.tradeData
        const asked = {
          positionId: position.positionId,
          volume: step.passing ? volume : Math.min(volume, step.lots * LOT[of as Symbols]),
        }
        if (step.elsewhere)
          broker.trade((exchange, now) =>
            exchange.closePosition(
              ACCOUNT,
              { ctidTraderAccountId: ACCOUNT, ...asked },
              { at: now, clientMsgId: 'elsewhere' },
            ),
          )
        else watch(account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, asked), 20_000)
      }
      break
    case 'deposit':
      broker.trade((exchange, now) => exchange.deposit(ACCOUNT, far * (side === 1 ? 1_000 : -10), now))
      break
    case 'bonus':
      broker.trade((exchange, now) => {
        exchange.bonus(ACCOUNT, { [step.passing ? 'manager' : 'nonWithdrawable']: far * 1_000 - 20_000 }, now)
      })
      break
    case 'terms':
      broker.trade((exchange, now) => exchange.change(ACCOUNT, { leverage: step.passing ? 50 : 200 }, now))
      break
    case 'shift':
      broker.shift(symbolId, (side === 1 ? 1 : -1) * far * POINT[symbolId])
      break
    // With a new line, so that nobody has a price from before.
    case 'mute':
      broker.fault({ kind: 'mute', symbolId, ...(step.passing && { side: side === 1 ? 'bid' : 'ask' }) })
      broker.drop()
      break
    case 'unlist':
      broker.fault({ kind: 'unlist', symbolId })
      broker.drop()
      break
    case 'recover':
      broker.fault({ kind: 'recover' })
      broker.drop()
      break
    case 'drop':
      broker.drop()
      break
    case 'malform':
      broker.fault({ kind: 'malformed', payloadType: EVENTS[pick % EVENTS.length] ?? 0 })
      break
    case 'look':
      break
  }
}

const byPosition = <T extends { readonly positionId: number }>(list: readonly T[] = []): T[] =>
  [...list].sort((a, b) => a.positionId - b.positionId)

const byOrder = <T extends { readonly orderId: number }>(list: readonly T[] = []): T[] =>
  [...list].sort((a, b) => a.orderId - b.orderId)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** Balance and profit, and of the bonuses as much again at most. */
const worthOf = (of: ProtoOATrader | undefined, net: number): number => {
  const own = (of?.balance ?? NaN) + net
  const bonus = (of?.managerBonus ?? NaN) + (of?.ibBonus ?? NaN) + (of?.nonWithdrawableBonus ?? NaN)
  if (own < 0) return own
  return own < bonus ? 2 * own : own + bonus
}

/** The margin of each position on either side of its symbol, by the rule of the account. */
const marginOf = (of: ProtoOATrader | undefined, open: readonly ProtoOAPosition[]): number =>
  sum(
    SYMBOLS.map(symbolId => {
      const ofSide = (side: 1 | 2): number =>
        sum(
          open
            .filter(({ tradeData }) => tradeData.symbolId === symbolId && tradeData.tradeSide === side)
            .map(({ usedMargin = NaN }) => usedMargin),
        )
      const [buys, sells] = [ofSide(1), ofSide(2)]
      if (of?.limitedRiskMarginCalculationStrategy || of?.totalMarginCalculationType === 1)
        return buys + sells
      return of?.totalMarginCalculationType === 2 ? Math.abs(buys - sells) : Math.max(buys, sells)
    }),
  )

/** After so long it is asked again for what a list may have been behind with. */
const ASKED_AGAIN = 75_000

interface Result {
  readonly faults: string[]
  readonly looks: { account: number; money: number; answered: number }
}

const play = ({
  netted,
  marginType,
  limitedRisk,
  bonus,
  depositAsset,
  moneyDigits,
  leverage,
  latency,
  seed,
  unlisted,
  profitRate,
  traderUpdates,
  archivedById,
  unreadable,
  steps: script,
}: Session): Result => {
  const faults: string[] = []
  const looks = { account: 0, money: 0, answered: 0 }
  scene(
    stage => {
      const { account, at, broker, watch } = stage
      const known = {
        positions: watch(positions(account)),
        orders: watch(orders(account)),
        trader: watch(trader(account)),
        pnl: watch(pnl(account)),
        equity: watch(equity(account)),
        deals: watch(deals(account)),
      }
      const state = watch(account.authenticated$)
      const claim = (what: string, seen: unknown, told: unknown): void => {
        try {
          expect(seen).toEqual(told)
        } catch (error) {
          faults.push(`${what} at ${asyncScheduler.now()}: ${String(error)}`)
        }
      }

      const unread = watch(account.gap$.pipe(filter(({ unreadable }) => unreadable !== undefined)))
      /** What was not known when the line came back, or could not be read, is by now. */
      const isSettled = (): boolean => {
        const [since, last] = state.timed.at(-1) ?? [Infinity]
        const [unreadAt] = unread.timed.at(-1) ?? [-Infinity]
        const now = asyncScheduler.now()
        return (
          last?.status === 'authenticated' && now - since > 6 * latency + 50 && now - unreadAt > ASKED_AGAIN
        )
      }
      /** A symbol is, or was, silent or in no list: the server values what quotes do not, and is asked within a second. */
      let isOdd = unlisted !== undefined
      /** A position that is opened, or where the server is asked changed, is valued soon. */
      const isQuoted = (): boolean => {
        const [since] = state.timed.at(-1) ?? [Infinity]
        const news = known.positions.timed.filter(([, { added }]) => isOdd || added.length > 0)
        const opened = news.at(-1)?.[0] ?? 0
        const patience = isOdd ? 1_700 : 50
        return (
          isSettled() && asyncScheduler.now() - Math.max(opened, isOdd ? since : 0) > 6 * latency + patience
        )
      }
      /** Compares with what the server answers, at the moment in which it answers. */
      const look = (): void => {
        watch(
          account.request(PayloadType.PROTO_OA_RECONCILE_REQ, {}).pipe(
            filter(isSettled),
            tap(({ position, order }) => {
              looks.account += 1
              claim('positions', byPosition(known.positions.values.at(-1)?.all), byPosition(position))
              claim('orders', byOrder(known.orders.values.at(-1)?.all), byOrder(order))
            }),
          ),
          20_000,
        )
        watch(
          account.request(PayloadType.PROTO_OA_TRADER_REQ, {}).pipe(
            filter(isSettled),
            tap(fresh => {
              claim('trader', known.trader.values.at(-1), fresh.trader)
            }),
          ),
          20_000,
        )
        watch(
          account.request(PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ, {}).pipe(
            filter(isQuoted),
            tap(({ positionUnrealizedPnL = [], moneyDigits: digits }) => {
              looks.money += 1
              const value = known.pnl.values.at(-1)
              const valued = [...(value?.positions.values() ?? [])]
              const quoted = valued.filter(({ isAnswered }) => !isAnswered)
              if (quoted.length < valued.length) looks.answered += 1
              const byQuotes = new Set(quoted.map(({ positionId }) => positionId))
              const each = byPosition(positionUnrealizedPnL)
              claim('what is not valued', value?.unvalued, [])
              claim(
                'what is valued',
                byPosition(valued).map(({ positionId }) => positionId),
                each.map(({ positionId }) => positionId),
              )
              claim('who is asked', isOdd || quoted.length === valued.length, true)
              // Where the server converts in another way than we do it is about the same.
              const exact = profitRate === 'bid'
              const ofQuoted = each.filter(({ positionId }) => byQuotes.has(positionId))
              if (exact)
                claim(
                  'pnl of each',
                  byPosition(quoted).map(one => [one.positionId, one.gross, one.net]),
                  ofQuoted.map(one => [one.positionId, one.grossUnrealizedPnL, one.netUnrealizedPnL]),
                )
              else
                for (const { positionId, grossUnrealizedPnL: gross } of ofQuoted) {
                  const ours = value?.positions.get(positionId)?.gross ?? NaN
                  claim('pnl of about', Math.abs(ours - gross) <= 1 + Math.abs(gross) * HALF_A_SPREAD, true)
                }
              const gross = sum(valued.map(one => one.gross))
              const net = sum(valued.map(one => one.net))
              claim(
                'pnl',
                { gross: value?.gross, net: value?.net, digits: value?.moneyDigits },
                { gross, net, digits },
              )
              const of = known.trader.values.at(-1)
              const balance = of?.balance ?? NaN
              const open = known.positions.values.at(-1)?.all ?? []
              const worth = worthOf(of, net)
              const used = marginOf(of, open)
              claim('equity', known.equity.values.at(-1), {
                balance,
                equity: worth,
                usedMargin: used,
                freeMargin: worth - used,
                ...(used > 0 && { marginLevel: (worth / used) * 100 }),
                moneyDigits,
                unvalued: [],
              })
            }),
          ),
          20_000,
        )
      }

      let now = 1_000
      for (const step of script) {
        now += step.wait
        at(now, () => {
          isOdd ||= step.kind === 'mute' || step.kind === 'unlist'
          if (unreadable || step.kind !== 'malform') act(stage, step)
          look()
        })
        at(now + 331, look)
      }
      if (unlisted !== undefined) broker.fault({ kind: 'unlist', symbolId: unlisted })
      const end = now + (unreadable ? 90_000 : 20_000)
      // What is still to spoil spoils nothing from here on.
      if (unreadable)
        at(now + 10_000, () => {
          broker.fault({ kind: 'recover' })
        })
      at(end, () => {
        const { money } = looks
        look()
        at(500, () => {
          // What has just changed, as by a trailing stop, the server may still have to be asked about.
          if (!isOdd) claim('the last look', looks.money, money + 1)
        })
      })
      at(end + 1_000, () => {
        claim(
          'deals',
          known.deals.values.map(({ dealId }) => dealId).sort((a, b) => a - b),
          broker.exchange
            .ledger(ACCOUNT)
            .deals.map(({ dealId }) => dealId)
            .sort((a, b) => a - b),
        )
        Object.entries(known).forEach(([name, seen]) => {
          claim(`error of ${name}`, seen.error, undefined)
          seen.unsubscribe()
        })
      })
    },
    {
      latency,
      seed,
      unknowns: { profitRate, traderUpdates, archivedById },
      // So many looks would keep what is looked at waiting in the lane.
      limits: false,
      accounts: [
        {
          accountId: ACCOUNT,
          isLive: false,
          traderLogin: 3000001,
          brokerTitleShort: 'Simulator',
          accountType: netted ? 1 : 0,
          totalMarginCalculationType: marginType,
          ...(limitedRisk !== undefined && {
            isLimitedRisk: true,
            limitedRiskMarginCalculationStrategy: limitedRisk,
          }),
          managerBonus: bonus * 10 ** moneyDigits,
          ibBonus: 7,
          depositAsset,
          moneyDigits,
          leverage,
          balance: (depositAsset === 'JPY' ? 1_000_000 : 3_000) * 10 ** moneyDigits,
        },
      ],
    },
    { rateLimits: { live: 1_000, historical: 1_000 } },
  )
  return { faults, looks }
}

describe('the streams of an account', () => {
  it('say what the server answers when asked, after any trading, here and elsewhere, through lost lines', () => {
    const looks = { account: 0, money: 0, answered: 0 }
    fc.assert(
      fc.property(sessions, session => {
        const result = play(session)
        looks.account += result.looks.account
        looks.money += result.looks.money
        looks.answered += result.looks.answered
        expect(result.faults.slice(0, 3)).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: process.env['ACCOUNT_RUNS'] !== undefined },
    )
    // Most of the time there was something to look at. A few sessions may all be short ones.
    expect(looks.money).toBeGreaterThan(RUNS > 50 ? RUNS * 12 : RUNS)
    // Some of it only the server could tell; of a few sessions there may be none.
    expect(looks.answered).toBeGreaterThanOrEqual(RUNS > 50 ? RUNS : 0)
  })
})
