import type { BacktestResult, Statistics, Trade } from '../../backtest/results'
import { figureText, figures, moneyText, percentText } from './figures'
import { html, nothing } from '../http/html'
import type { Html } from '../http/html'
import { distribution, monthlyReturns } from './model'

/** What the sections of a page have in common. */
export interface SectionOptions {
  readonly currency: string
}

/** A section with its title, and what a reader should know of it. */
export const pageSection = (id: string, title: string, content: Html, note = ''): Html =>
  html`<section aria-labelledby="h-${id}">
    <h2 id="h-${id}">${title}</h2>
    ${note === '' ? nothing : html`<p class="note">${note}</p>`} ${content}
  </section>`

export const statisticsSection = (statistics: Statistics, { currency }: SectionOptions): Html =>
  pageSection(
    'statistics',
    'Statistics',
    html`<dl class="figures">
      ${Object.entries(figures).map(
        ([name, { label }]) =>
          html`<div>
            <dt>${label}</dt>
            <dd data-figure="${name}">${figureText(name, statistics[name as keyof Statistics], currency)}</dd>
          </div>`,
      )}
    </dl>`,
  )

/** A place for a chart, which a script draws. */
export const chartSection = (id: string, title: string, label: string, note = '', control = nothing): Html =>
  pageSection(
    id,
    title,
    html`${control}
      <div id="${id}" class="chart" role="img" aria-label="${label}"></div>`,
    note,
  )

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The class of a number: a gain or a loss. */
export const signClass = (value: number): string => (value > 0 ? 'gain' : value < 0 ? 'loss' : '')

export const monthsSection = ({ equity }: Pick<BacktestResult, 'equity'>): Html => {
  const returns = monthlyReturns(equity)
  const years = [...new Set(returns.map(({ year }) => year))]
  const cell = (value: number | undefined): Html =>
    value === undefined ? html`<td></td>` : html`<td class="${signClass(value)}">${percentText(value)}</td>`
  const yearRow = (year: number): Html => {
    const ofYear = returns.filter(one => one.year === year)
    const total = ofYear.reduce((growth, { value }) => growth * (1 + value), 1) - 1
    return html`<tr>
      <th scope="row">${year}</th>
      ${MONTHS.map((_, month) => cell(ofYear.find(one => one.month === month)?.value))}${cell(total)}
    </tr>`
  }
  const table = html`<div class="wide">
    <table class="months">
      <thead>
        <tr>
          <th scope="col">Year</th>
          ${MONTHS.map(name => html`<th scope="col">${name}</th>`)}
          <th scope="col">All</th>
        </tr>
      </thead>
      <tbody>
        ${years.map(yearRow)}
      </tbody>
    </table>
  </div>`
  return pageSection(
    'months',
    'Monthly returns',
    table,
    'Change of the equity in each calendar month, in UTC.',
  )
}

export const distributionSection = (trades: readonly Trade[], { currency }: SectionOptions): Html => {
  const bins = distribution(trades)
  const most = Math.max(...bins.map(({ count }) => count), 1)
  const bars = bins.map(({ from, to, count }) => {
    const label = `${moneyText(from)} to ${moneyText(to)} ${currency}: ${count}`
    return html`<li class="${from < 0 ? 'loss' : 'gain'}" title="${label}">
      <span class="count">${count === 0 ? '' : count}</span
      ><span class="bar" style="height:${((100 * count) / most).toFixed(1)}%"></span
      ><span class="sr">${label}</span>
    </li>`
  })
  const [first, last] = [bins[0], bins.at(-1)]
  const ends =
    first && last
      ? html`<p class="ends">
          <span>${moneyText(first.from)} ${currency}</span><span>${moneyText(last.to)} ${currency}</span>
        </p>`
      : html`<p class="note">No trades.</p>`
  return pageSection(
    'distribution',
    'Distribution of trades',
    html`<ol class="histogram">
        ${bars}
      </ol>
      ${ends}`,
    'How many trades had which net profit.',
  )
}
