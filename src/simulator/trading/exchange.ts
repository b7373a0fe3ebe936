import type {
  ProtoOADepositWithdraw,
  ProtoOAMarginCall,
  ProtoOATrader,
} from '../../protocol/messages/account'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type {
  ProtoOAAmendOrderReq,
  ProtoOACancelOrderReq,
  ProtoOANewOrderReq,
  ProtoOAOrder,
} from '../../protocol/messages/orders'
import type {
  ProtoOAAmendPositionSLTPReq,
  ProtoOAClosePositionReq,
  ProtoOAPosition,
} from '../../protocol/messages/positions'
import type { FillModel } from '../model/fills'
import type { TradingAccount } from '../model/identity'
import type { OrderRefusal } from '../model/refusals'
import type { Actor } from '../model/scheduler'
import type { Market } from '../market/model/market'
import type { BonusChange, Change } from './accounting/cash'
import type { HeldFill } from './execution/held'
import type { Command } from './execution/pace'
import type { PnlFeed } from './queries/pnl'
import type { Announce, ExchangeAccount, TradingUnknowns } from './state/exchangeAccount'
import type { KeptExchange } from './state/keeping'
import type { MarginCall } from './state/records'

export type { Announce } from './state/exchangeAccount'
export type { HeldFill } from './execution/held'
export type { Command } from './execution/pace'

export interface ExchangeOptions {
  readonly market: Market
  readonly accounts: readonly TradingAccount[]
  readonly seed: number
  /** When the accounts are opened, in ms since the epoch. */
  readonly openedAt: number
  readonly announce: Announce
  readonly unknowns?: Partial<TradingUnknowns>
  readonly fills?: FillModel
  /** Where an earlier exchange ended. Its accounts begin with it. */
  readonly kept?: KeptExchange
}

/** All of an account, as on the wire, for assertions and statements. */
export interface Ledger {
  readonly trader: ProtoOATrader
  readonly orders: readonly ProtoOAOrder[]
  readonly positions: readonly ProtoOAPosition[]
  readonly deals: readonly ProtoOADeal[]
  readonly cashFlow: readonly ProtoOADepositWithdraw[]
}

/** A command. Returns its refusal. */
export type Trade<T> = (accountId: number, request: T, command: Command) => OrderRefusal | undefined

/** Turns orders into deals. Each command returns its refusal; otherwise events report the outcome. */
export interface Exchange extends Actor {
  readonly newOrder: Trade<ProtoOANewOrderReq>
  readonly cancelOrder: Trade<ProtoOACancelOrderReq>
  readonly amendOrder: Trade<ProtoOAAmendOrderReq>
  readonly amendPosition: Trade<ProtoOAAmendPositionSLTPReq>
  readonly closePosition: Trade<ProtoOAClosePositionReq>
  /** Changes the threshold of a margin call; `undefined` if there is no such call. */
  readonly moveMarginCall: (accountId: number, call: ProtoOAMarginCall, at: number) => MarginCall | undefined
  /**
   * From now on, orders of an account are not filled by the market, but by `fill`. Protections and stop-outs still
   * close positions by themselves.
   */
  readonly hold: (accountId: number, at: number) => void
  /**
   * Fills an order that is held, in whole or in part, or ends it. Default the oldest one, all that is left, at the
   * market's price. Returns why it cannot: then nothing has changed.
   */
  readonly fill: (accountId: number, fill: HeldFill, at: number) => string | undefined
  /** Pays into an account, in 10^-moneyDigits; a negative amount is paid out. */
  readonly deposit: (accountId: number, amount: number, at: number) => void
  /** Pays out of an account, in 10^-moneyDigits. */
  readonly withdraw: (accountId: number, amount: number, at: number) => void
  /** Gives an account a bonus, or takes it back if negative, in 10^-moneyDigits. */
  readonly bonus: (accountId: number, change: BonusChange, at: number) => void
  /** Changes the terms of an account and tells its sessions. */
  readonly change: (accountId: number, change: Change, at: number) => void
  /**
   * The withdrawn subscriptions to unrealised profit.
   *
   * @internal
   */
  readonly pnl: Omit<PnlFeed, 'next'>
  /** Call this after the prices of a symbol were moved from a time on: the known future is no longer valid. */
  readonly repriced: (symbolId: number, at: number) => void
  /** All present and past data of an account. Every answer about it must agree with this. */
  readonly ledger: (accountId: number) => Ledger
  /**
   * The internal account, for the handlers.
   *
   * @internal
   */
  readonly account: (accountId: number) => ExchangeAccount
  /**
   * From now on, keeps the state of the accounts of this many ms ago; 0 keeps nothing.
   *
   * @internal
   */
  readonly remember: (ms: number, at: number) => void
  /**
   * An account at a time, as far as it is kept: for reading, not for trading.
   *
   * @internal
   */
  readonly accountAsOf: (accountId: number, at: number) => ExchangeAccount
  /**
   * The state of the exchange, to begin another one with.
   *
   * @internal
   */
  readonly keep: () => KeptExchange
}
