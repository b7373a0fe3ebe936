import Table from 'cli-table3'
import type { Colours } from './colours'
import { withoutControls } from './text'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string | number | undefined
  /** Numbers are on the right. */
  readonly right?: boolean
  /** Whether it is shortened if the table is too wide. */
  readonly shortened?: boolean
  readonly colour?: (row: Row) => ((text: string) => string) | undefined
}

const edges = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'] as const
const others = ['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'] as const
const noBorders = Object.fromEntries([...edges, ...others].map(edge => [edge, '']))

const GAP = 2
/** A column is not made narrower than that. */
const NARROWEST = 8

const cellText = <Row>({ cell }: Column<Row>, row: Row): string => withoutControls(String(cell(row) ?? '–'))

/** The widths of the columns in so much room; `null` is as wide as needed. */
const widthsFor = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  room: number,
): (number | null)[] => {
  const natural = columns.map(column =>
    Math.max(column.title.length, ...rows.map(row => cellText(column, row).length)),
  )
  const surplus = natural.reduce((sum, width) => sum + width + GAP, 0) - room
  return columns.map(({ shortened }, i) =>
    shortened && surplus > 0 ? Math.max(NARROWEST, (natural[i] ?? 0) - surplus) + GAP : null,
  )
}

/** A table without borders, with a line for each row. `room` is the width of the screen. */
export const table = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { dim }: Pick<Colours, 'dim'>,
  room = Infinity,
): string => {
  const drawn = new Table({
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
    colWidths: widthsFor(columns, rows, room),
  })
  drawn.push(columns.map(({ title }) => (title === '' ? '' : dim(title))))
  for (const row of rows)
    drawn.push(
      columns.map(column => {
        const text = cellText(column, row)
        return column.colour?.(row)?.(text) ?? text
      }),
    )
  return drawn
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
}

/** Names and values below each other. */
export const list = (
  entries: readonly (readonly [name: string, value: string | number | undefined])[],
  { dim }: Pick<Colours, 'dim'>,
): string => {
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries
    .map(([name, value]) => `${dim(name.padEnd(width))}  ${withoutControls(String(value ?? '–'))}`)
    .join('\n')
}
