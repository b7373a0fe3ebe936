import type { SweepResult, SweepRun, WalkForwardWindow } from '../../backtest/sweep/results'
import { figureText, figures, timeText } from './figures'
import { html, nothing } from '../http/html'
import type { Html } from '../http/html'
import { pageSection } from './sections'
import type { SectionOptions } from './sections'
import { numberCell, sortableTable } from './sortableTable'

type Params = Readonly<Record<string, unknown>>

const paramText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined)
  return text ?? String(value)
}

const measureName = (by: string): string =>
  Object.hasOwn(figures, by) ? figures[by as keyof typeof figures].label : by

const isMoney = (by: string): boolean =>
  Object.hasOwn(figures, by) && figures[by as keyof typeof figures].unit === 'money'

/** Of these figures the least is the best. */
const isLessBetter = (by: string): boolean => /^maxDrawdown|^unclearExits$/.test(by)

/** From 0 for the worst to 1 for the best value. */
const heats = (runs: readonly SweepRun<object>[], by: string): ((value: number) => number) => {
  const values = runs.flatMap(({ value }) => (value !== undefined && Number.isFinite(value) ? [value] : []))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return value => {
    const part = most > least ? (Math.min(most, Math.max(least, value)) - least) / (most - least) : 0.5
    return isLessBetter(by) ? 1 - part : part
  }
}

const same = (one: unknown, other: unknown): boolean => paramText(one) === paramText(other)

const heatMap = ({ params, runs, by, best }: SweepResult<object>, currency: string): Html => {
  const [rowName = '', columnName = ''] = Object.keys(params)
  const [rows = [], columns = []] = Object.values(params) as (readonly unknown[])[]
  const heatOf = heats(runs, by)
  const cell = (row: unknown, column: unknown): Html => {
    const run = runs.find(({ params: given }) => {
      const found = given as Params
      return same(found[rowName], row) && same(found[columnName], column)
    })
    if (run?.value === undefined) return html`<td class="cold">–</td>`
    return html`<td class="heat${run === best ? ' best' : ''}" style="--heat:${heatOf(run.value).toFixed(3)}">
      ${figureText(by, run.value, '').trim()}
    </td>`
  }
  return pageSection(
    'heat',
    'Heat map',
    html`<div class="wide">
      <table class="heatmap">
        <thead>
          <tr>
            <th scope="col">${rowName} \\ ${columnName}</th>
            ${columns.map(value => html`<th scope="col">${paramText(value)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            row =>
              html`<tr>
                <th scope="row">${paramText(row)}</th>
                ${columns.map(column => cell(row, column))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
    `${measureName(by)}${isMoney(by) ? `, ${currency}` : ''}, for each pair of parameters.`,
  )
}

const columns = ['net', 'maxDrawdown', 'sharpe', 'trades', 'winRate', 'profitFactor'] as const

const MOST_RUNS = 1_000

const runsTable = ({ params, runs, by }: SweepResult<object>, { currency }: SectionOptions): Html => {
  const names = Object.keys(params)
  const figure = (name: string, value: number | undefined): Html =>
    numberCell(value, figureText(name, value, '').trim())
  const shown = runs.slice(0, MOST_RUNS)
  const rows = shown.map(({ params: given, statistics, value }) => {
    const cells = names.map(name => {
      const param = (given as Params)[name]
      return typeof param === 'number'
        ? numberCell(param, paramText(param))
        : html`<td>${paramText(param)}</td>`
    })
    return html`<tr>
      ${cells}${figure(by, value)}${columns.map(name => figure(name, statistics[name]))}
    </tr>`
  })
  const heads = [
    ...names.map(label => ({ label, isNumber: typeof (runs[0]?.params as Params)[label] === 'number' })),
    ...[`${measureName(by)} (measure)`, ...columns.map(name => figures[name].label)].map(label => ({
      label,
      isNumber: true,
    })),
  ]
  return pageSection(
    'runs',
    'Runs',
    sortableTable('runs', 'List of runs', heads, rows),
    `${shown.length < runs.length ? `The best ${MOST_RUNS} of ${runs.length} runs. ` : ''}The best is first. Money is in ${currency}.`,
  )
}

const failuresSection = ({ failures }: SweepResult<object>): Html =>
  failures.length === 0
    ? nothing
    : pageSection(
        'failures',
        'Failures',
        html`<ul>
          ${failures.slice(0, MOST_RUNS).map(({ params, error }) => html`<li><code>${paramText(params)}</code> ${error}</li>`)}
        </ul>`,
        'Parameters with which the strategy errored.',
      )

const windowRow = (by: string, currency: string, { train, test }: WalkForwardWindow<object>): Html =>
  html`<tr>
    <td>${timeText(train.from)} – ${timeText(train.to)}</td>
    <td>
      ${Object.entries(train.params)
        .map(([name, value]) => `${name} ${paramText(value)}`)
        .join(', ')}
    </td>
    ${numberCell(train.value, figureText(by, train.value, ''))}
    ${numberCell(train.statistics.net, figureText('net', train.statistics.net, currency))}
    <td>${timeText(test.from)} – ${timeText(test.to)}</td>
    ${numberCell(test.statistics.net, figureText('net', test.statistics.net, currency))}
  </tr>`

const windowsSection = ({ walkForward, by }: SweepResult<object>, { currency }: SectionOptions): Html =>
  walkForward
    ? pageSection(
        'windows',
        'Walk-forward',
        html`<div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Train, UTC</th>
                <th scope="col">Best parameters</th>
                <th scope="col" class="number">${measureName(by)}</th>
                <th scope="col" class="number">Net of the train</th>
                <th scope="col">Test, UTC</th>
                <th scope="col" class="number">Net of the test</th>
              </tr>
            </thead>
            <tbody>
              ${walkForward.windows.map(window => windowRow(by, currency, window))}
            </tbody>
          </table>
        </div>`,
        'The best parameters of each train, and what they did in the time after it. What follows is of all tests together.',
      )
    : nothing

/** What a page says of a sweep. */
export const sweepSections = (result: SweepResult<object>, options: SectionOptions): Html => {
  const map = Object.keys(result.params).length === 2 ? heatMap(result, options.currency) : nothing
  return html`${map}${runsTable(result, options)}${failuresSection(result)}${windowsSection(result, options)}`
}
