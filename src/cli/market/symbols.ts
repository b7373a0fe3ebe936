import { map, take } from 'rxjs'
import { symbols as allSymbols } from '../../index'
import type { Run, SessionOptions } from '../definition'
import { result } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { withAccount } from '../session/openAccount'

interface Row {
  readonly symbolId: number
  readonly name: string
  readonly description: string | undefined
  readonly enabled: boolean
}

const columns: readonly Column<Row>[] = [
  { title: 'symbol', cell: ({ name }) => name },
  { title: 'id', cell: ({ symbolId }) => symbolId, right: true },
  { title: 'description', cell: ({ description }) => description, shortened: true },
  { title: 'enabled', cell: ({ enabled }) => (enabled ? 'yes' : 'no') },
]

/** Without case and separators: 'EUR/USD' and 'eurusd' are the same. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const contains = ({ name, description = '' }: Row, query: string): boolean =>
  plain(name).includes(plain(query)) || plain(description).includes(plain(query))

/** The symbols of an account. */
export const symbols: Run<SessionOptions> = ([query = ''], options, context) =>
  withAccount(options, context, ({ account }) =>
    allSymbols(account).pipe(
      take(1),
      map(({ all }) => {
        const rows = all
          .map(({ symbolId, symbolName, description, enabled }) => ({
            symbolId,
            name: symbolName ?? String(symbolId),
            description,
            enabled: enabled ?? true,
          }))
          .filter(row => contains(row, query))
          .sort((a, b) => a.name.localeCompare(b.name))
        const text =
          rows.length === 0
            ? `No symbol has "${query}" in its name or description.`
            : table(columns, rows, context.colours, context.room())
        return result(rows, text)
      }),
    ),
  )
