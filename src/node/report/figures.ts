import type { Statistics } from '../../backtest/results'

/** How the value of a figure is written. */
type Unit = 'money' | 'part' | 'ratio' | 'count' | 'duration'

interface Figure {
  readonly label: string
  readonly unit: Unit
}

/** The figures in the order of the page. */
export const figures: Readonly<Record<keyof Statistics, Figure>> = {
  net: { label: 'Net profit', unit: 'money' },
  costs: { label: 'Costs, in it', unit: 'money' },
  cagr: { label: 'Growth in a year', unit: 'part' },
  maxDrawdown: { label: 'Greatest drawdown', unit: 'money' },
  maxDrawdownPart: { label: 'Greatest drawdown, relative', unit: 'part' },
  maxDrawdownDuration: { label: 'Longest drawdown', unit: 'duration' },
  sharpe: { label: 'Sharpe ratio', unit: 'ratio' },
  sortino: { label: 'Sortino ratio', unit: 'ratio' },
  trades: { label: 'Trades', unit: 'count' },
  winRate: { label: 'Winning trades', unit: 'part' },
  profitFactor: { label: 'Profit factor', unit: 'ratio' },
  expectancy: { label: 'Net of a trade', unit: 'money' },
  exposure: { label: 'Time in the market', unit: 'part' },
  tradesPerDay: { label: 'Trades a day', unit: 'ratio' },
  unclearExits: { label: 'Unclear exits', unit: 'count' },
}

const DAY = 86_400_000
const HOUR = 3_600_000

const decimals = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** An amount of money. */
export const moneyText = (value: number): string => decimals(value, 2)

const durationText = (ms: number): string =>
  ms >= DAY ? `${decimals(ms / DAY, 1)} days` : `${decimals(ms / HOUR, 1)} hours`

/** A part of 1, in percent. */
export const percentText = (value: number): string => `${decimals(100 * value, 1)} %`

const texts: Readonly<Record<Unit, (value: number, currency: string) => string>> = {
  money: (value, currency) => `${moneyText(value)} ${currency}`,
  part: percentText,
  ratio: value => (Number.isFinite(value) ? decimals(value, 2) : '∞'),
  count: value => decimals(value, 0),
  duration: durationText,
}

/** The value of a figure with its unit. */
export const figureText = (name: string, value: number | undefined, currency: string): string => {
  if (value === undefined) return '–'
  const unit = Object.hasOwn(figures, name) ? figures[name as keyof Statistics].unit : 'ratio'
  return texts[unit](value, currency)
}

/** A time to the minute, in UTC. */
export const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
