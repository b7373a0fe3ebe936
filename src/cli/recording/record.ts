import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  concat,
  defer,
  finalize,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  startWith,
  takeUntil,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account, Client, PeriodName } from '../../index'
import { record as recordLines } from '../../recording'
import type { Context, Run, SessionOptions } from '../definition'
import { duration, grouped } from '../files/progress'
import { limit } from '../market/live'
import { Mistake, note, result } from '../outcome'
import type { Outcome } from '../outcome'
import { withAccount } from '../session/openAccount'
import { sessionStreams } from './streams'

export interface RecordOptions extends SessionOptions {
  readonly seconds?: number
  readonly output: string
  readonly candles?: readonly PeriodName[]
  readonly depth?: boolean
  readonly force?: boolean
}

/** How often the screen changes, in ms. */
const INTERVAL = 1_000

/** A file that a recording is written to, row by row. */
const createFile = (path: string) => {
  // It has amounts and account ids.
  const descriptor = openSync(path, 'w', 0o600)
  let [rows, bytes] = [0, 0]
  return {
    write: (row: string): void => {
      bytes += writeSync(descriptor, `${row}\n`)
      rows += 1
    },
    counts: () => ({ rows, bytes }),
    close: (): void => {
      closeSync(descriptor)
    },
  }
}

const amount = ({ rows, bytes }: { readonly rows: number; readonly bytes: number }): string =>
  `${grouped(rows)} rows, ${grouped(Math.ceil(bytes / 1_000))} kB`

/** Records everything on the lines of a session, with what `replay` needs for the other commands. */
export const record: Run<RecordOptions> = (names, options, context: Context) =>
  defer((): Observable<Outcome> => {
    const { output } = options
    const path = resolve(context.terminal.folder, output)
    if (existsSync(path) && !options.force)
      throw new Mistake(`${output} is there already: give --force to replace it.`)
    const start = Date.now()
    let file: ReturnType<typeof createFile> | undefined
    const elapsed = (): number => Date.now() - start

    const beside = ({ client }: { readonly client: Client }): Observable<Outcome> =>
      defer(() => {
        file ??= createFile(path)
        const { write } = file
        return recordLines(client).pipe(tap(write), ignoreElements())
      })
    const use = ({ account }: { readonly account: Account }): Observable<Outcome> => {
      const progress$ = interval(INTERVAL).pipe(
        startWith(0),
        map(() => ({
          block: `${output}: ${amount(file?.counts() ?? { rows: 0, bytes: 0 })}, ${duration(elapsed())}`,
        })),
      )
      return merge(sessionStreams(account, names, options).pipe(ignoreElements()), progress$).pipe(
        limit({ ...(options.seconds !== undefined && { seconds: options.seconds }) }),
        takeUntil(context.terminal.stop$),
      )
    }
    const summary$ = defer(() => {
      const counts = file?.counts() ?? { rows: 0, bytes: 0 }
      const seconds = Math.round(elapsed() / 1_000)
      return from<Outcome[]>([
        { block: '' },
        result(
          { file: output, ...counts, seconds },
          `${output}: ${amount(counts)}, in ${duration(elapsed())}`,
        ),
      ])
    })
    return concat(
      of(note(`Recording into ${output}. Ctrl-C ends it.`)),
      withAccount(options, context, use, { goesOn: true, beside }),
      summary$,
    ).pipe(
      finalize(() => {
        file?.close()
      }),
    )
  })
