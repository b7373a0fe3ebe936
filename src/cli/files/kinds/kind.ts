import type { Observable } from 'rxjs'
import type { Page, TimeRange } from '../../../index'
import type { ExportColumn } from '../format'

/** What is exported: its pages, its columns, and what is counted. */
export interface ExportKind<T> {
  readonly columns: readonly ExportColumn<T>[]
  readonly pages: (range: TimeRange) => Observable<Page<T>>
  readonly timeOf: (row: T) => number
  /** What distinguishes a row from others. */
  readonly keyOf: (row: T) => number
  /** Whether rows are missing between two. */
  readonly isGap: (before: number, after: number) => boolean
}

/** Nothing is missing where rows come at any time. */
export const hasNoGaps = (): boolean => false
