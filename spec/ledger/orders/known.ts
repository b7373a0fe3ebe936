import { deals, equity, orderUpdates, orders, pnl, positions, trader } from 'rx-ctrader'
import type {
  Account,
  AuthState,
  Equity,
  OrderUpdate,
  Pnl,
  ProtoOADeal,
  ProtoOAOrder,
  ProtoOAPosition,
  ProtoOATrader,
} from 'rx-ctrader'
import type { Seen, VirtualTime } from '../../support/virtualTime'
import type { Broker } from '../broker'

/** What consumers of the account have in the end. */
export interface Known {
  readonly positions: readonly ProtoOAPosition[] | undefined
  readonly orders: readonly ProtoOAOrder[] | undefined
  readonly trader: ProtoOATrader | undefined
  readonly pnl: Pnl | undefined
  readonly equity: Equity | undefined
  readonly deals: readonly ProtoOADeal[]
  readonly updates: readonly OrderUpdate[]
  readonly errors: readonly unknown[]
  /** The states of the account, with the times, in ms from the start, since when. */
  readonly states: readonly (readonly [ms: number, state: AuthState])[]
  /** When the account was authenticated for the first time, in the server's time. */
  readonly since: number
}

/** Has consumers of the account until a time; then gives back what they have. */
export const listenTo = (
  account: Account,
  { startedAt }: Broker,
  { watch }: VirtualTime,
  until: number,
): (() => Known) => {
  const seen = {
    positions: watch(positions(account), until),
    orders: watch(orders(account), until),
    trader: watch(trader(account), until),
    pnl: watch(pnl(account), until),
    equity: watch(equity(account), until),
    deals: watch(deals(account, { since: startedAt }), until),
    updates: watch(orderUpdates(account), until),
    states: watch(account.authenticated$, until),
  }
  const all: readonly Seen<unknown>[] = Object.values(seen)
  return () => ({
    positions: seen.positions.values.at(-1)?.all,
    orders: seen.orders.values.at(-1)?.all,
    trader: seen.trader.values.at(-1),
    pnl: seen.pnl.values.at(-1),
    equity: seen.equity.values.at(-1),
    deals: seen.deals.values,
    updates: seen.updates.values,
    errors: all.flatMap(({ error }) => (error === undefined ? [] : [error])),
    states: seen.states.timed,
    since:
      startedAt + (seen.states.timed.find(([, { status }]) => status === 'authenticated')?.[0] ?? Infinity),
  })
}

/** For how many ms the account was authenticated between two times. */
export const authenticatedBetween = ({ states }: Pick<Known, 'states'>, from: number, to: number): number =>
  states.reduce((sum, [since, { status }], index) => {
    const [until] = states[index + 1] ?? [Infinity]
    return status === 'authenticated' ? sum + Math.max(0, Math.min(to, until) - Math.max(from, since)) : sum
  }, 0)
