import { toMoney } from '../protocol/units'
import { accountEquity } from '../simulator/trading/accounting/equity'
import type { ExchangeAccount } from '../simulator/trading/state/exchangeAccount'
import { HOUR } from '../time/constants'
import type { BacktestResult, EquityPoint } from './results'
import { computeStatistics } from './statistics'
import { createTradeLog } from './trades'

/** Writes down what becomes of an account. */
export interface BacktestLedger {
  /** Call this before time passes from one moment to the next. */
  readonly pass: (from: number, to: number) => void
  /** Call this after something may have happened. */
  readonly note: (at: number) => void
  readonly resultAt: (at: number) => Pick<BacktestResult, 'trades' | 'open' | 'equity' | 'statistics'>
}

export const createLedger = (account: ExchangeAccount, start: number): BacktestLedger => {
  const { book } = account
  const log = createTradeLog(account)
  const equity: EquityPoint[] = []
  let timeInMarket = 0

  const write = (time: number): void => {
    const { moneyDigits } = book.terms
    if (equity.at(-1)?.time === time) equity.pop()
    equity.push({
      time,
      balance: toMoney(book.balance, moneyDigits),
      equity: toMoney(accountEquity(account, time), moneyDigits),
    })
  }
  write(start)

  return {
    pass: (from, to) => {
      if (book.open.size > 0) timeInMarket += to - from
      const end = (Math.floor(from / HOUR) + 1) * HOUR
      if (end < to) write(end)
    },
    note: at => {
      if (log.read()) write(at)
    },
    resultAt: at => {
      write(at)
      const { trades } = log
      const { unclearExits } = book
      return {
        trades,
        open: log.openAt(at),
        equity,
        statistics: computeStatistics(trades, equity, { timeInMarket, unclearExits }),
      }
    },
  }
}
