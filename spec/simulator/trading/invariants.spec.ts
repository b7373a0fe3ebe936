import * as fc from 'fast-check'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { ScriptedQuote } from '../../support/scriptedMarket'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { reconcile } from '../../../src/simulator/trading/queries/queries'
import type { ProtoOANewOrderReq } from '../../../src/protocol/messages/orders'
import type { Unknowns } from '../../../src/simulator/model/unknowns'

const SYMBOLS = [1, 4, 41] as const
const BASE = { 1: 114_000, 4: 15_000_000, 41: 400_000_000 }
/** The least step of a price, and the widest move of the walk in such steps. */
const STEP = { 1: 1, 4: 100, 41: 1_000 }
const TICKS = 400
const PACE = 997

type Symbols = (typeof SYMBOLS)[number]

interface Step {
  readonly wait: number
  readonly kind: 'market' | 'limit' | 'stop' | 'range' | 'cancel' | 'amend' | 'protect' | 'close' | 'deposit'
  readonly symbolId: Symbols
  readonly side: 1 | 2
  readonly lots: number
  readonly far: number
  readonly pick: number
  readonly guarded: boolean
  readonly passing: boolean
}

interface Session {
  readonly walk: readonly number[]
  readonly netted: boolean
  readonly marginType: 0 | 1 | 2
  readonly deep: boolean
  readonly leverage: number
  readonly unknowns: Pick<Unknowns, 'nettedReversal' | 'partialFill' | 'partialEnd' | 'amendableAfter'>
  readonly steps: readonly Step[]
}

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.integer({ min: 0, max: 4_000 }),
  kind: fc.constantFrom(
    'market',
    'market',
    'limit',
    'stop',
    'range',
    'cancel',
    'amend',
    'protect',
    'close',
    'close',
    'deposit',
  ),
  symbolId: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, 2),
  lots: fc.integer({ min: 1, max: 5 }),
  far: fc.integer({ min: -30, max: 60 }),
  pick: fc.nat(),
  guarded: fc.boolean(),
  passing: fc.boolean(),
})

const sessions: fc.Arbitrary<Session> = fc.record({
  walk: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 60, maxLength: 60 }),
  netted: fc.boolean(),
  marginType: fc.constantFrom(0, 1, 2),
  deep: fc.boolean(),
  leverage: fc.constantFrom(20, 100, 500),
  unknowns: fc.record({
    nettedReversal: fc.constantFrom('another', 'same'),
    partialFill: fc.constantFrom('ORDER_PARTIAL_FILL', 'ORDER_FILLED'),
    partialEnd: fc.constantFrom('fillAndEnd', 'endWithDeal', 'endWithoutDeal'),
    amendableAfter: fc.constantFrom(0, 100),
  }),
  steps: fc.array(steps, { minLength: 20, maxLength: 60, size: 'max' }),
})

const quotesOf = (walk: readonly number[], symbolId: Symbols): ScriptedQuote[] => {
  let price: number = BASE[symbolId]
  return Array.from({ length: TICKS }, (_, n): ScriptedQuote => {
    price += (walk[(n * symbolId) % walk.length] ?? 0) * STEP[symbolId]
    return [NOON - 1000 + n * PACE, price, price + STEP[symbolId] * (2 + (n % 3))]
  })
}

const terms = {
  // Swaps every hour from a quarter past noon on, so that a short session has some.
  1: {
    commissionType: 1,
    preciseTradingCommissionRate: 4_500_000_000,
    swapLong: -0.7,
    swapShort: 0.3,
    swapPeriod: 1,
    swapTime: 722,
  },
  4: {
    commissionType: 2,
    preciseTradingCommissionRate: 300_000_000,
    pnlConversionFeeRate: 50,
    swapLong: 1.1,
    swapShort: -2,
    swapPeriod: 1,
    swapTime: 723,
  },
  41: {
    commissionType: 3,
    preciseTradingCommissionRate: 1_000,
    swapCalculationType: 1,
    swapLong: -3,
    swapShort: -1,
    swapPeriod: 1,
    swapTime: 721,
  },
} as const

const VOLUME = { 1: 100_000, 4: 100_000, 41: 100 }

const play = ({ walk, netted, marginType, deep, leverage, unknowns, steps: script }: Session): Floor => {
  const market = scriptedMarket({
    quotes: Object.fromEntries(SYMBOLS.map(symbolId => [symbolId, quotesOf(walk, symbolId)])),
    terms,
    ...(!deep && { depth: 350_000 }),
  })
  const floor = tradingFloor(
    market,
    {
      accountType: netted ? 1 : 0,
      totalMarginCalculationType: marginType,
      leverage,
      balance: 300_000,
    },
    unknowns,
  )
  const { exchange } = floor
  const base = { ctidTraderAccountId: ACCOUNT }
  let now = 0
  script.forEach((step, index) => {
    now += step.wait
    floor.until(now)
    const { symbolId, side, pick, far } = step
    const command = { at: NOON + now, clientMsgId: `${index}` }
    const point = STEP[symbolId]
    const { bid, ask } = market.quoteAt(symbolId, command.at)
    const price = (wire: number): number => wire / 100_000
    const away = (sign: 1 | -1): number => (side === 1 ? ask : bid) + sign * far * point
    const guard = step.guarded
      ? {
          relativeStopLoss: (20 + Math.abs(far)) * point,
          relativeTakeProfit: 30 * point,
          trailingStopLoss: far > 30,
        }
      : {}
    const order = (asked: Partial<ProtoOANewOrderReq>): void => {
      exchange.newOrder(
        ACCOUNT,
        {
          ...base,
          symbolId,
          orderType: 1,
          tradeSide: side,
          volume: step.lots * VOLUME[symbolId],
          ...guard,
          ...asked,
        },
        command,
      )
    }
    const { position: open, order: working } = reconcile(exchange.account(ACCOUNT), true)
    const position = open[pick % (open.length || 1)]
    const pending = working[pick % (working.length || 1)]
    switch (step.kind) {
      case 'market':
        order(step.passing ? { timeInForce: 4 } : {})
        break
      case 'limit':
        order({
          orderType: 2,
          limitPrice: price(away(side === 1 ? -1 : 1)),
          ...(step.passing && { timeInForce: 3 }),
        })
        break
      case 'stop':
        order({
          orderType: step.passing ? 6 : 3,
          stopPrice: price(away(side === 1 ? 1 : -1)),
          slippageInPoints: 3,
        })
        break
      case 'range':
        order({
          orderType: 5,
          baseSlippagePrice: price(side === 1 ? ask : bid),
          slippageInPoints: Math.abs(far),
        })
        break
      case 'cancel':
        if (pending) exchange.cancelOrder(ACCOUNT, { ...base, orderId: pending.orderId }, command)
        break
      case 'amend':
        if (pending)
          exchange.amendOrder(
            ACCOUNT,
            {
              ...base,
              orderId: pending.orderId,
              volume: step.lots * VOLUME[pending.tradeData.symbolId as Symbols],
            },
            command,
          )
        break
      case 'protect':
        if (position) {
          const stop = position.price ?? 0
          exchange.amendPosition(
            ACCOUNT,
            {
              ...base,
              positionId: position.positionId,
              ...(step.guarded && {
                stopLoss: (Math.round((stop * 100_000 - 50 * point) / point) * point) / 100_000,
              }),
            },
            command,
          )
        }
        break
      case 'close':
        if (position) {
          const { volume, symbolId: traded } = position.tradeData
          exchange.closePosition(
            ACCOUNT,
            {
              ...base,
              positionId: position.positionId,
              volume: step.passing ? volume : Math.min(volume, step.lots * VOLUME[traded as Symbols]),
            },
            command,
          )
        }
        break
      case 'deposit':
        exchange.deposit(ACCOUNT, far * 10, command.at)
        break
    }
  })
  floor.until(now + 1_000)
  return floor
}

/** Cancels everything and closes everything. */
const flatten = (floor: Floor): void => {
  const base = { ctidTraderAccountId: ACCOUNT }
  let at = (floor.told.at(-1)?.at ?? 0) + 300_000
  for (const { orderId, orderType } of floor.ledger().orders.filter(({ orderStatus }) => orderStatus === 1))
    if (orderType !== 4) {
      floor.until(at)
      floor.exchange.cancelOrder(ACCOUNT, { ...base, orderId }, { at: NOON + at, clientMsgId: 'flat' })
    }
  for (let open = openOf(floor); open.length > 0; open = openOf(floor)) {
    for (const { positionId, tradeData } of open)
      floor.exchange.closePosition(
        ACCOUNT,
        { ...base, positionId, volume: tradeData.volume },
        { at: NOON + at, clientMsgId: 'flat' },
      )
    at += 1_000
    floor.until(at)
  }
}

const openOf = (floor: Floor): ReturnType<Floor['ledger']>['positions'] =>
  floor.ledger().positions.filter(({ positionStatus }) => positionStatus === 1)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** What does not add up. */
const faultsOf = (floor: Floor): string[] => {
  const faults: string[] = []
  const claim = (holds: boolean, what: string): void => {
    if (!holds) faults.push(what)
  }
  const { trader, deals, cashFlow, orders, positions } = floor.ledger()
  const events = floor.events()
  const closing = deals.flatMap(deal =>
    deal.closePositionDetail ? [{ ...deal, detail: deal.closePositionDetail }] : [],
  )

  // Money is conserved to the cent, and every change counts one version.
  const changes = [
    ...closing.map(({ detail, executionTimestamp: at }) => ({
      at,
      version: detail.balanceVersion ?? 0,
      after: detail.balance,
      delta: detail.grossProfit + detail.swap + detail.commission + (detail.pnlConversionFee ?? 0),
    })),
    ...cashFlow.map(entry => ({
      at: entry.changeBalanceTimestamp,
      version: entry.balanceVersion ?? 0,
      after: entry.balance,
      delta: entry.delta,
    })),
  ].sort((a, b) => a.version - b.version)
  let balance = 0
  changes.forEach(({ at, version, after, delta }, index) => {
    balance += delta
    claim(version === index + 1, `version ${version} is the ${index + 1}th`)
    claim(after === balance, `the balance after version ${version} is ${after}, not ${balance}`)
    claim(at >= (changes[index - 1]?.at ?? 0), `version ${version} is older than the one before`)
  })
  claim(trader.balance === balance, 'the balance of the trader')
  claim(trader.balanceVersion === changes.length, 'the version of the trader')

  for (const position of positions) {
    const { positionId, tradeData, positionStatus, commission = 0, swap, usedMargin } = position
    const own = deals.filter(deal => deal.positionId === positionId && deal.filledVolume > 0)
    const outs = closing.filter(deal => deal.positionId === positionId)
    const volumeIn = sum(
      own.filter(deal => !deal.closePositionDetail).map(({ filledVolume }) => filledVolume),
    )
    const volumeOut = sum(outs.map(({ filledVolume }) => filledVolume))
    claim(volumeIn - volumeOut === tradeData.volume, `volume of ${positionId}`)
    claim(
      sum(outs.map(({ detail }) => detail.commission)) + commission ===
        sum(own.map(deal => deal.commission ?? 0)),
      `every cent of commission once, of ${positionId}`,
    )
    claim((positionStatus === 1) === tradeData.volume > 0, `status of ${positionId}`)
    if (positionStatus === 2)
      claim(swap === 0 && commission === 0 && usedMargin === 0, `something is left of ${positionId}`)
  }

  for (const { orderId, orderStatus, executedVolume = 0, tradeData } of orders) {
    const reports = events.filter(({ order }) => order?.orderId === orderId)
    const told = reports.map((event): number => event.executionType)
    // A fill in part may be told as one in whole.
    const ends = reports.flatMap(({ executionType, order }) =>
      (executionType === 3 && order?.executedVolume === order?.tradeData.volume) ||
      [5, 6, 7].includes(executionType)
        ? [executionType as number]
        : [],
    )
    claim(
      told.indexOf(2) === 0 && told.lastIndexOf(2) === 0,
      `${orderId} is accepted once, first: ${told.join()}`,
    )
    claim(ends.length === (orderStatus === 1 ? 0 : 1), `${orderId} ends once: ${told.join()}`)
    claim(ends.length === 0 || told.at(-1) === ends[0], `${orderId} is quiet after its end: ${told.join()}`)
    const filled = sum(deals.filter(deal => deal.orderId === orderId).map(deal => deal.filledVolume))
    claim(filled === executedVolume && filled <= tradeData.volume, `executed volume of ${orderId}`)
    claim(orderStatus !== 2 || filled === tradeData.volume, `${orderId} is filled, but not wholly`)
  }

  // No number is given twice, not even for different things.
  const ids = [
    ...orders.map(({ orderId }) => orderId),
    ...positions.map(({ positionId }) => positionId),
    ...deals.map(({ dealId }) => dealId),
    ...cashFlow.map(({ balanceHistoryId }) => balanceHistoryId),
  ]
  claim(new Set(ids).size === ids.length, 'a number is given twice')

  // Each open position's protections are those of one living order of its volume.
  for (const { positionId, stopLoss, takeProfit, tradeData } of openOf(floor)) {
    const guards = orders
      .filter(one => one.positionId === positionId && one.orderType === 4 && one.orderStatus === 1)
      .map(one => [one.stopPrice, one.limitPrice, one.tradeData.volume].join())
    const wanted = [stopLoss, takeProfit, tradeData.volume].join()
    claim(
      guards.join(' ') === (stopLoss === undefined && takeProfit === undefined ? '' : wanted),
      `protections of ${positionId}: ${guards.join(' ')} for ${wanted}`,
    )
  }
  return faults
}

describe('any trading', () => {
  it('money, volumes, orders and numbers add up, and nothing is left when all is closed', () => {
    let dealsSeen = 0
    fc.assert(
      fc.property(sessions, session => {
        const floor = play(session)
        expect(faultsOf(floor)).toEqual([])
        flatten(floor)
        expect(faultsOf(floor)).toEqual([])
        const { positions, deals, orders } = floor.ledger()
        dealsSeen += deals.length
        expect(sum(positions.map(({ usedMargin = 0 }) => usedMargin))).toBe(0)
        expect(orders.filter(({ orderStatus }) => orderStatus === 1)).toEqual([])
      }),
      { numRuns: 25, seed: 7 },
    )
    // The sessions do trade.
    expect(dealsSeen).toBeGreaterThan(250)
  })

  it('the same commands give the same events', () => {
    fc.assert(
      fc.property(sessions, session => {
        expect(play(session).told).toEqual(play(session).told)
      }),
      { numRuns: 5, seed: 11 },
    )
  })

  it('a netted account has one position of a symbol at most', () => {
    fc.assert(
      fc.property(sessions, session => {
        const symbols = openOf(play({ ...session, netted: true })).map(({ tradeData }) => tradeData.symbolId)
        expect(new Set(symbols).size).toBe(symbols.length)
      }),
      { numRuns: 6, seed: 13 },
    )
  })

  it('the order of events does not depend on how often the exchange is looked at', () => {
    fc.assert(
      fc.property(sessions, fc.array(fc.nat(200_000), { maxLength: 30 }), (session, looks) => {
        const seen = play(session)
        const at = seen.told.at(-1)?.at ?? 0
        const all = seen.told.length
        const jump = play(session)
        jump.exchange.advanceTo(NOON + at + 200_000)
        for (const look of looks.sort((a, b) => a - b)) seen.exchange.advanceTo(NOON + at + look)
        seen.exchange.advanceTo(NOON + at + 200_000)
        expect(seen.told.slice(all).map(({ payload }) => payload)).toEqual(
          jump.told.slice(all).map(({ payload }) => payload),
        )
      }),
      { numRuns: 6, seed: 17 },
    )
  })
})
