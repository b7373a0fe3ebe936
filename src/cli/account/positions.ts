import { positionColumns, positionJson, positionRows } from './positionRows'
import type { PositionRow } from './positionRows'
import { tableCommand } from './tableCommand'
import type { WatchOptions } from './tableCommand'

/** The open positions. */
export const positions = tableCommand<PositionRow, WatchOptions>({
  rows: ({ account }) => positionRows(account),
  columns: positionColumns,
  json: positionJson,
  empty: 'There are no open positions.',
})
