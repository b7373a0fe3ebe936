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
  const { book, market } = account
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

  /** Whether there was a price in the hour before a full hour, or comes at it. */
  const hasPrices = (hour: number): boolean =>
    market.catalogue.symbols.some(({ light }) => market.quoteAt(light.symbolId, hour).at >= hour - HOUR)

  return {
    pass: (from, to) => {
      if (book.open.size > 0) timeInMarket += to - from
      const first = (Math.floor(from / HOUR) + 1) * HOUR
      for (let hour = first; hour < to; hour += HOUR) if (hasPrices(hour)) write(hour)
    },
    note: at => {
      if (log.read() || (at % HOUR === 0 && hasPrices(at))) write(at)
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
