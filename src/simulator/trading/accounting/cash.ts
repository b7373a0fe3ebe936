import {
  ProtoOAChangeBalanceType,
  ProtoOAChangeBonusType,
  ProtoOAExecutionType,
} from '../../../protocol/messages/enums'
import type {
  ProtoOABonusDepositWithdraw,
  ProtoOADepositWithdraw,
  ProtoOATrader,
} from '../../../protocol/messages/account'
import { PayloadType } from '../../../protocol/payloadType'
import type { TradingAccount } from '../../model/identity'
import { announceEvent } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { accountEquity } from './equity'
import type { Book } from '../state/records'
import { omitUndefined } from '../../../util/omitUndefined'

/** The account's trader entity. */
export const toTrader = ({ terms, balance, balanceVersion, bonuses, cashFlow }: Book): ProtoOATrader => ({
  ctidTraderAccountId: terms.accountId,
  balance,
  balanceVersion,
  managerBonus: bonuses.manager,
  ibBonus: bonuses.ib,
  nonWithdrawableBonus: bonuses.nonWithdrawable,
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
  isLimitedRisk: terms.isLimitedRisk,
  ...(terms.isLimitedRisk && {
    limitedRiskMarginCalculationStrategy: terms.limitedRiskMarginCalculationStrategy,
  }),
  moneyDigits: terms.moneyDigits,
  fairStopOut: true,
  stopOutStrategy: terms.stopOutStrategy,
})

/** The required fields of a 2123, and the fields that changed. */
const changesOf = (trader: ProtoOATrader, before: ProtoOATrader): ProtoOATrader => {
  const { ctidTraderAccountId, balance, balanceVersion, depositAssetId } = trader
  const changed = Object.entries(trader).filter(
    ([name, value]) => before[name as keyof ProtoOATrader] !== value,
  )
  return {
    ctidTraderAccountId,
    balance,
    ...omitUndefined({ balanceVersion }),
    depositAssetId,
    ...Object.fromEntries(changed),
  }
}

/** Sends the account's new state to its sessions, after a change without a trade. */
export const reportTrader = (account: ExchangeAccount, before: ProtoOATrader): void => {
  const trader = toTrader(account.book)
  announceEvent(account, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT, {
    ctidTraderAccountId: account.book.terms.accountId,
    trader: account.traderUpdates === 'sparse' ? changesOf(trader, before) : trader,
  })
}

/** Books a change of the balance without a trade. Sends nothing. */
export const bookCash = (account: ExchangeAccount, delta: number, at: number): ProtoOADepositWithdraw => {
  const { book, ids } = account
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
    equity: accountEquity(account, at),
    moneyDigits: book.terms.moneyDigits,
  }
  book.cashFlow.push(entry)
  return entry
}

/** Pays in, or out if negative. Sends an execution event and the account's new state. */
export const changeBalance = (account: ExchangeAccount, delta: number, at: number): void => {
  const before = toTrader(account.book)
  const depositWithdraw = bookCash(account, delta, at)
  announceEvent(account, PayloadType.PROTO_OA_EXECUTION_EVENT, {
    ctidTraderAccountId: account.book.terms.accountId,
    executionType: ProtoOAExecutionType.DEPOSIT_WITHDRAW,
    depositWithdraw,
    isServerEvent: true,
  })
  reportTrader(account, before)
}

/** The bonus that an account gets, or loses if negative, in 10^-moneyDigits. */
export interface BonusChange {
  readonly manager?: number
  readonly ib?: number
  readonly nonWithdrawable?: number
}

const bonusOf = (
  { ids, book }: ExchangeAccount,
  { manager = 0, ib = 0 }: BonusChange,
  at: number,
): ProtoOABonusDepositWithdraw => ({
  operationType:
    manager + ib < 0 ? ProtoOAChangeBonusType.BONUS_WITHDRAW : ProtoOAChangeBonusType.BONUS_DEPOSIT,
  bonusHistoryId: ids.next('cashFlow'),
  managerBonus: book.bonuses.manager,
  managerDelta: manager,
  ibBonus: book.bonuses.ib,
  ibDelta: ib,
  changeBonusTimestamp: at,
  moneyDigits: book.terms.moneyDigits,
})

/**
 * Gives a bonus. Sends an execution event, which has no field for a bonus that is never paid out, and the account's
 * new state.
 */
export const giveBonus = (account: ExchangeAccount, change: BonusChange, at: number): void => {
  const { manager = 0, ib = 0, nonWithdrawable = 0 } = change
  const { book } = account
  const before = toTrader(book)
  book.bonuses = {
    manager: book.bonuses.manager + manager,
    ib: book.bonuses.ib + ib,
    nonWithdrawable: book.bonuses.nonWithdrawable + nonWithdrawable,
  }
  book.marginDirty = true
  if (manager !== 0 || ib !== 0)
    announceEvent(account, PayloadType.PROTO_OA_EXECUTION_EVENT, {
      ctidTraderAccountId: book.terms.accountId,
      executionType: ProtoOAExecutionType.BONUS_DEPOSIT_WITHDRAW,
      bonusDepositWithdraw: bonusOf(account, change, at),
      isServerEvent: true,
    })
  reportTrader(account, before)
}

/** The terms that the broker can change while an account is in use. */
export type Change = Partial<Pick<Required<TradingAccount>, 'leverage' | 'accessRights' | 'swapFree'>>
