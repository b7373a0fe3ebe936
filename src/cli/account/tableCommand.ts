import { map, take, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Context, Run, SessionOptions } from '../definition'
import { result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { withAccount } from '../session/openAccount'
import type { OpenAccount } from '../session/openAccount'

/** The options of a table that may stay on the screen. */
export interface WatchOptions extends SessionOptions {
  readonly watch?: boolean
}

/** What a table shows. */
export interface TableSource<Row, Options> {
  readonly rows: (open: OpenAccount, options: Options) => Observable<readonly Row[]>
  readonly columns: (context: Context) => readonly Column<Row>[]
  readonly json: (row: Row) => object
  /** The sentence in place of a table without rows. */
  readonly empty: string
}

/** How often a table changes, in ms. */
const WATCH_INTERVAL = 250

/** A command that shows a table once, or with `--watch` again with each change. */
export const tableCommand =
  <Row, Options extends WatchOptions>({
    rows,
    columns,
    json,
    empty,
  }: TableSource<Row, Options>): Run<Options> =>
  (_, options, context) => {
    const { colours, mode, room } = context
    const text = (list: readonly Row[]): string =>
      list.length === 0 ? empty : table(columns(context), list, colours, room())
    const shown = (list: readonly Row[]): Outcome =>
      options.watch && mode === 'screen' ? { block: text(list) } : result(list.map(json), text(list))
    return withAccount(
      options,
      context,
      open => {
        const row$ = rows(open, options)
        const wanted$ = options.watch
          ? row$.pipe(throttleTime(WATCH_INTERVAL, undefined, { leading: true, trailing: true }))
          : row$.pipe(take(1))
        return wanted$.pipe(map(shown))
      },
      { goesOn: options.watch ?? false },
    )
  }
