import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { BacktestResult } from '../../backtest/results'
import type { SweepResult } from '../../backtest/sweep/results'
import type { History } from '../../simulator/market/history/history'
import { timeText } from './figures'
import { html, nothing } from '../http/html'
import type { Html } from '../http/html'
import { pageHtml } from './page'
import { dataToDraw } from './pageData'
import type { DrawnData } from './pageData'
import { chartSection, distributionSection, monthsSection, statisticsSection } from './sections'
import type { SectionOptions } from './sections'
import { sweepSections } from './sweepSections'
import { tradesSection } from './tradesSection'

/** Settings of `htmlReport`. */
export interface ReportOptions {
  /** The bars or ticks of the backtest, for the chart of prices. Default: without that chart. */
  readonly history?: readonly History[]
  /** The title of the page. Default `'Backtest'`, or `'Sweep'`. */
  readonly title?: string
  /** The currency of the account. Default `'USD'`. */
  readonly currency?: string
}

type Traded = Pick<BacktestResult, 'trades' | 'equity' | 'statistics'>

const symbolChoice = ({ data: { symbols } }: DrawnData): Html =>
  symbols.length < 2
    ? nothing
    : html`<label
        >Symbol
        <select id="symbol">
          ${symbols.map(({ name }) => html`<option>${name}</option>`)}
        </select></label
      >`

/** The sections of what was traded. */
const tradedSections = (traded: Traded, drawn: DrawnData, options: SectionOptions): readonly Html[] => [
  statisticsSection(traded.statistics, options),
  chartSection(
    'equity',
    'Equity and drawdown',
    'Chart of the equity, and of the drawdown in percent',
    drawn.equityNote,
  ),
  ...(drawn.data.symbols.length > 0
    ? [
        chartSection(
          'prices',
          'Prices and trades',
          'Chart of the prices, with entries, exits, stop losses and take profits',
          `A triangle is an entry, a circle an exit. Lines are stop losses and take profits. ${drawn.pricesNote}`,
          symbolChoice(drawn),
        ),
      ]
    : []),
  monthsSection(traded),
  distributionSection(traded.trades, options),
  tradesSection(traded.trades, options),
]

const rangeText = ({ equity }: Pick<Traded, 'equity'>): string => {
  const [first, last] = [equity[0], equity.at(-1)]
  return first && last ? `${timeText(first.time)} to ${timeText(last.time)}, all times in UTC.` : ''
}

/**
 * A backtest or a sweep as the text of one HTML page. It has statistics, equity and drawdown, prices with what was
 * traded, monthly returns, the distribution of trades and a list of them. Of a sweep it has a heat map, the runs and the
 * walk-forward. The page needs no network and sends nothing. To make it, `lightweight-charts` must be installed.
 *
 * Throws `InvalidOption` for what is no result, and if `lightweight-charts` is not installed.
 *
 * ```ts
 * const save = (result: BacktestResult, history: readonly History[]) =>
 *   writeFileSync('report.html', htmlReport(result, { history }))
 * ```
 */
export const htmlReport = (
  result: BacktestResult | SweepResult<object>,
  options: ReportOptions = {},
): string => {
  checkNames(options, { history: true, title: true, currency: true })
  if ((result as { readonly kind?: unknown } | undefined)?.kind !== 'result')
    throw invalidOption('result', 'must be the last event of a backtest or a sweep')
  const isSweep = 'runs' in result
  const { history = [], currency = 'USD', title = isSweep ? 'Sweep' : 'Backtest' } = options
  const traded: Traded | undefined = isSweep ? result.walkForward : result
  const drawn = dataToDraw(traded?.trades ?? [], traded?.equity ?? [], traded ? history : [])
  return pageHtml({
    title,
    subtitle: traded ? rangeText(traded) : '',
    data: drawn.data,
    sections: [
      ...(isSweep ? [sweepSections(result, { currency })] : []),
      ...(traded ? tradedSections(traded, drawn, { currency }) : []),
    ],
  })
}
