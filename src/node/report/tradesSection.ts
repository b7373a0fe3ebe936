import type { Trade } from '../../backtest/results'
import { moneyText, timeText } from './figures'
import { html } from '../http/html'
import type { Html } from '../http/html'
import { pageSection, signClass } from './sections'
import type { SectionOptions } from './sections'
import { numberCell, sortableTable } from './sortableTable'
import type { Column } from './sortableTable'

/** The most rows of the list. A browser stays fast with as many. */
const MOST_ROWS = 5_000

const reasons: Readonly<Record<Trade['reason'], string>> = {
  closed: 'closed',
  stopLoss: 'stop loss',
  takeProfit: 'take profit',
  stopOut: 'stop-out',
}

const columns = (currency: string): readonly Column[] => [
  { label: 'Entry, UTC' },
  { label: 'Symbol' },
  { label: 'Side' },
  ...['Volume', 'Entry', 'Stop loss', 'Take profit'].map(label => ({ label, isNumber: true })),
  { label: 'Exit, UTC', isSorted: true },
  { label: 'Exit', isNumber: true },
  { label: 'Reason' },
  ...['Worst', 'Best', 'Net'].map(label => ({ label: `${label}, ${currency}`, isNumber: true })),
]

/** How many decimals the prices of each symbol have. */
const decimals = (trades: readonly Trade[]): ReadonlyMap<string, number> => {
  const most = new Map<string, number>()
  for (const { symbol, entryPrice, exitPrice } of trades)
    for (const price of [entryPrice, exitPrice])
      most.set(symbol, Math.max(most.get(symbol) ?? 0, String(price).split('.')[1]?.length ?? 0))
  return most
}

const tradeRow = (trade: Trade, digits: number): Html => {
  const { symbol, side, volume, entryTime, exitTime, net, mae, mfe, reason } = trade
  const price = (value: number | undefined): Html => numberCell(value, value?.toFixed(digits) ?? '–')
  return html`<tr>
    <td data-value="${entryTime}">
      <button type="button" data-symbol="${symbol}" data-time="${Math.floor(entryTime / 1000)}">
        ${timeText(entryTime)}
      </button>
    </td>
    <td>${symbol}</td>
    <td class="${side}">${side}</td>
    ${numberCell(volume, volume.toLocaleString('en-US'))}${price(trade.entryPrice)}
    ${price(trade.stopLoss)}${price(trade.takeProfit)}
    <td data-value="${exitTime}">${timeText(exitTime)}</td>
    ${price(trade.exitPrice)}
    <td>${reasons[reason]}</td>
    ${numberCell(mae, moneyText(mae))}${numberCell(mfe, moneyText(mfe))}
    ${numberCell(net, moneyText(net), signClass(net))}
  </tr>`
}

/** The list of trades, by the time of their exit. */
export const tradesSection = (trades: readonly Trade[], { currency }: SectionOptions): Html => {
  const shown = trades.slice(0, MOST_ROWS)
  const digits = decimals(shown)
  const rows = shown.map(trade => tradeRow(trade, Math.min(digits.get(trade.symbol) ?? 0, 8)))
  const many = (count: number): string => count.toLocaleString('en-US')
  return pageSection(
    'list',
    'Trades',
    sortableTable('trades', 'List of trades', columns(currency), rows),
    shown.length < trades.length
      ? `The first ${many(MOST_ROWS)} of ${many(trades.length)} trades.`
      : 'A click on a head sorts the list. A click on an entry shows the trade in the chart.',
  )
}
