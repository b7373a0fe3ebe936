import { combineLatest, map } from 'rxjs'
import { equity, pnl as profits, toMoney } from '../../index'
import type { Equity, Pnl } from '../../index'
import { tableCommand } from './tableCommand'
import type { WatchOptions } from './tableCommand'

interface PnlRow {
  readonly profit: Pnl
  readonly account: Equity
}

const amount = (value: number, { moneyDigits }: Equity): number => toMoney(value, moneyDigits)

/** The profit of the open positions, the equity and the margin. */
export const pnl = tableCommand<PnlRow, WatchOptions>({
  rows: ({ account }) =>
    combineLatest([profits(account), equity(account)]).pipe(
      map(([profit, figures]) => [{ profit, account: figures }]),
    ),
  columns: ({ colours: { green, red } }) => [
    { title: 'balance', cell: ({ account }) => amount(account.balance, account).toFixed(2), right: true },
    {
      title: 'profit',
      cell: ({ profit }) => toMoney(profit.net, profit.moneyDigits).toFixed(2),
      right: true,
      colour: ({ profit }) => (profit.net < 0 ? red : green),
    },
    { title: 'equity', cell: ({ account }) => amount(account.equity, account).toFixed(2), right: true },
    {
      title: 'used margin',
      cell: ({ account }) => amount(account.usedMargin, account).toFixed(2),
      right: true,
    },
    {
      title: 'free margin',
      cell: ({ account }) => amount(account.freeMargin, account).toFixed(2),
      right: true,
    },
    {
      title: 'margin level',
      cell: ({ account: { marginLevel } }) => marginLevel && `${marginLevel.toFixed(1)} %`,
      right: true,
    },
    { title: 'not valued', cell: ({ account }) => account.unvalued.length, right: true },
  ],
  json: ({ profit, account }) => ({
    balance: amount(account.balance, account),
    gross: toMoney(profit.gross, profit.moneyDigits),
    net: toMoney(profit.net, profit.moneyDigits),
    equity: amount(account.equity, account),
    usedMargin: amount(account.usedMargin, account),
    freeMargin: amount(account.freeMargin, account),
    marginLevel: account.marginLevel ?? null,
    unvalued: account.unvalued,
  }),
  empty: '',
})
