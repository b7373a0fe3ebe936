import { ProtoOAChangeBalanceType, ProtoOAExecutionType } from '../../protocol/enums'
import type { ProtoOADepositWithdraw, ProtoOATrader } from '../../protocol/account'
import { PayloadType } from '../../protocol/payloadType'
import type { TradingAccount } from '../identity'
import { announceTo } from './desk'
import type { Desk } from './desk'
import { equityOf } from './equity'
import type { Book } from './records'

/** The account as the server tells of it. */
export const traderOf = ({ terms, balance, balanceVersion, cashFlow }: Book): ProtoOATrader => ({
  ctidTraderAccountId: terms.accountId,
  balance,
  balanceVersion,
  managerBonus: 0,
  ibBonus: 0,
  nonWithdrawableBonus: 0,
  accessRights: terms.accessRights,
  depositAssetId: terms.depositAssetId,
  swapFree: terms.swapFree,
  leverageInCents: terms.leverage * 100,
  totalMarginCalculationType: terms.totalMarginCalculationType,
  maxLeverage: terms.leverage,
  traderLogin: terms.traderLogin,
  accountType: terms.accountType,
  brokerName: terms.brokerTitleShort,
  registrationTimestamp: cashFlow[0]?.changeBalanceTimestamp ?? 0,
  isLimitedRisk: false,
  moneyDigits: terms.moneyDigits,
  fairStopOut: true,
  stopOutStrategy: terms.stopOutStrategy,
})

/** Tells the account's sessions of its new state: after a change that is no trade. */
export const tellTrader = (desk: Desk): void => {
  announceTo(desk, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT, {
    ctidTraderAccountId: desk.book.terms.accountId,
    trader: traderOf(desk.book),
  })
}

/** Books a change of the balance that is no trade, without telling. */
export const bookCash = (desk: Desk, delta: number, at: number): ProtoOADepositWithdraw => {
  const { book, ids } = desk
  book.balance += delta
  book.balanceVersion += 1
  book.marginDirty = true
  const entry: ProtoOADepositWithdraw = {
    operationType:
      delta < 0 ? ProtoOAChangeBalanceType.BALANCE_WITHDRAW : ProtoOAChangeBalanceType.BALANCE_DEPOSIT,
    balanceHistoryId: ids.next('cashFlow'),
    balance: book.balance,
    delta,
    changeBalanceTimestamp: at,
    balanceVersion: book.balanceVersion,
    equity: equityOf(desk, at),
    moneyDigits: book.terms.moneyDigits,
  }
  book.cashFlow.push(entry)
  return entry
}

/** Pays in (or out, below zero), and tells: by an execution event and by the account's new state. */
export const payIn = (desk: Desk, delta: number, at: number): void => {
  const depositWithdraw = bookCash(desk, delta, at)
  announceTo(desk, PayloadType.PROTO_OA_EXECUTION_EVENT, {
    ctidTraderAccountId: desk.book.terms.accountId,
    executionType: ProtoOAExecutionType.DEPOSIT_WITHDRAW,
    depositWithdraw,
    isServerEvent: true,
  })
  tellTrader(desk)
}

/** What of an account the broker can change while it is in use. */
export type Change = Partial<Pick<Required<TradingAccount>, 'leverage' | 'accessRights' | 'swapFree'>>
