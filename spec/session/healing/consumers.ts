import type { Observable } from 'rxjs'
import {
  ProtoOATrendbarPeriod,
  candles,
  deals,
  depth,
  depthEvents,
  equity,
  trendbarEvents,
  orderUpdates,
  orders,
  pnl,
  positions,
  spotEvents,
  spots,
  ticks,
  trader,
} from 'rx-ctrader'
import type { Account, SymbolTick, SymbolCandle } from 'rx-ctrader'
import * as truth from './truths'
import type { Of } from './truths'

/** What a consumer subscribes to, and what it must show in the end. */
export interface Consumer<T = unknown> {
  readonly stream: (account: Account, symbolId: number) => Observable<T>
  /** What of the values that came is compared, with what of the server's own. */
  readonly compare?: (values: readonly T[], of: Of) => readonly [shown: unknown, truth: unknown]
  /** Whether something must have come since all is well. */
  readonly isLively?: boolean
  /** What is subscribed at the server for it. */
  readonly takes?: 'spots' | 'depth' | 'valuing'
  /** The bars that come with the spots. */
  readonly period?: ProtoOATrendbarPeriod
}

const consumer = <T>(one: Consumer<T>): Consumer => one as Consumer

const { M1, H1 } = ProtoOATrendbarPeriod

const lastOf = (values: readonly SymbolTick[], side: 'bid' | 'ask') =>
  values.filter(tick => tick.side === side).at(-1)?.price

const shownBar = ({ timestamp, open, high, low, close, volume }: SymbolCandle): truth.SeenBar => ({
  timestamp,
  open,
  high,
  low,
  close,
  volume,
})

const barsOf = (period: ProtoOATrendbarPeriod): Consumer =>
  consumer({
    stream: (account, symbolId) => candles(account, symbolId, period, { history: 3 }),
    takes: 'spots',
    isLively: true,
    period,
    compare: (values, of) => {
      const closed = values.filter(bar => bar.closed)
      const last = values.at(-1)
      const from = closed[0]?.timestamp ?? NaN
      const forming = last && !last.closed ? shownBar(last) : undefined
      // What was not heard of a bar is not in it, either.
      if (of.muted?.has(of.symbolId)) return [forming, truth.formingOf(of, period)]
      return [
        { closed: closed.map(shownBar), forming },
        {
          closed: truth.closedBars(of, period, from, (last?.timestamp ?? NaN) - 1),
          forming: truth.formingOf(of, period),
        },
      ]
    },
  })

const byId = <T>(items: readonly T[] | undefined = [], idOf: (item: T) => number): T[] =>
  [...items].sort((a, b) => idOf(a) - idOf(b))

/** Everything that can be consumed, by name. */
export const consumers = {
  spotEvents: consumer({ stream: spotEvents, takes: 'spots', isLively: true }),
  liveM1: consumer({
    stream: (account, symbolId) => trendbarEvents(account, symbolId, M1),
    takes: 'spots',
    isLively: true,
    period: M1,
  }),
  liveH1: consumer({
    stream: (account, symbolId) => trendbarEvents(account, symbolId, H1),
    takes: 'spots',
    isLively: true,
    period: H1,
  }),
  depthEvents: consumer({ stream: depthEvents, takes: 'depth', isLively: true }),
  spots: consumer({
    stream: spots,
    takes: 'spots',
    isLively: true,
    compare: (values, of) => {
      const { bid, ask } = values.at(-1) ?? {}
      return [{ bid, ask }, truth.quoteOf(of)]
    },
  }),
  ticks: consumer({
    stream: ticks,
    takes: 'spots',
    isLively: true,
    compare: (values, of) => [{ bid: lastOf(values, 'bid'), ask: lastOf(values, 'ask') }, truth.quoteOf(of)],
  }),
  depth: consumer({
    stream: depth,
    takes: 'depth',
    isLively: true,
    compare: (values, of) => {
      const level = ({ price, size }: { readonly price: number; readonly size: number }) => ({ price, size })
      const book = values.at(-1)
      return [{ bids: book?.bids.map(level), asks: book?.asks.map(level) }, truth.bookOf(of)]
    },
  }),
  candlesM1: barsOf(M1),
  candlesH1: barsOf(H1),
  positions: consumer({
    stream: positions,
    compare: (values, of) => [
      byId(values.at(-1)?.all, ({ positionId }) => positionId),
      truth.positionsOf(of),
    ],
  }),
  orders: consumer({
    stream: orders,
    compare: (values, of) => [byId(values.at(-1)?.all, ({ orderId }) => orderId), truth.ordersOf(of)],
  }),
  trader: consumer({ stream: trader, compare: (values, of) => [values.at(-1), truth.traderOf(of)] }),
  pnl: consumer({
    stream: pnl,
    takes: 'valuing',
    compare: (values, of) => {
      const { gross, net, positions: each, unvalued } = values.at(-1) ?? {}
      const shown = byId([...(each?.values() ?? [])], ({ positionId }) => positionId)
      if (truth.needsUnquoted(of))
        return [
          byId([...shown, ...(unvalued ?? [])], ({ positionId }) => positionId).map(one => one.positionId),
          truth.positionsOf(of).map(({ positionId }) => positionId),
        ]
      return [{ gross, net, each: shown.map(one => [one.positionId, one.gross, one.net]) }, truth.pnlOf(of)]
    },
  }),
  equity: consumer({
    stream: equity,
    takes: 'valuing',
    compare: (values, of) => {
      const { balance, equity: worth, usedMargin, freeMargin, marginLevel } = values.at(-1) ?? {}
      if (truth.needsUnquoted(of)) return [balance, truth.equityOf(of).balance]
      return [{ balance, equity: worth, usedMargin, freeMargin, marginLevel }, truth.equityOf(of)]
    },
  }),
  deals: consumer({
    stream: account => deals(account, { since: 0 }),
    compare: (values, of) => [values.map(({ dealId }) => dealId).sort((a, b) => a - b), truth.dealIdsOf(of)],
  }),
  orderUpdates: consumer({
    stream: orderUpdates,
    // Of the orders that it has told of the last word must be true.
    compare: (values, of) => {
      const last = new Map<number, string>()
      for (const update of values)
        if (update.orderId !== undefined && update.status in statuses)
          last.set(update.orderId, statuses[update.status] ?? '')
      const told = byId([...last], ([orderId]) => orderId)
      return [told, told.map(([orderId]) => [orderId, truth.statusOf(of, orderId)])]
    },
  }),
} satisfies Record<string, Consumer>

/** What each word says of an order itself. */
const statuses: Readonly<Record<string, string>> = {
  accepted: 'accepted',
  partiallyFilled: 'accepted',
  replaced: 'accepted',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
}

export type Wanted = keyof typeof consumers
