import { html, nothing } from '../http/html'
import type { Html } from '../http/html'

/** A column of a table that can be sorted. */
export interface Column {
  readonly label: string
  readonly isNumber?: boolean
  /** The rows are in this order from the beginning, rising. */
  readonly isSorted?: boolean
}

const sortHead = ({ label, isNumber = false, isSorted = false }: Column): Html =>
  html`<th
    scope="col"
    class="${isNumber ? 'number' : ''}"
    ${isSorted ? html`aria-sort="ascending"` : nothing}
  >
    <button type="button">${label}</button>
  </th>`

/** A number by which rows are sorted, as it is written. */
export const numberCell = (value: number | undefined, text: string, className = ''): Html =>
  html`<td class="number ${className}" data-value="${value ?? ''}">${text}</td>`

/** A table whose heads are buttons. A script sorts its rows. */
export const sortableTable = (
  id: string,
  label: string,
  columns: readonly Column[],
  rows: readonly Html[],
): Html =>
  html`<div class="wide tall" tabindex="0" role="region" aria-label="${label}">
    <table class="sortable" id="${id}">
      <thead>
        <tr>
          ${columns.map(sortHead)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
