import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { concat, defer, finalize, from, ignoreElements, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Page, QuoteSide } from '../../index'
import type { Context, Run, SessionOptions } from '../definition'
import { Mistake, exitCodes, note, result } from '../outcome'
import type { Outcome } from '../outcome'
import { isoTime } from '../output/text'
import { withAccount } from '../session/openAccount'
import { checkFormat, finishFile } from './finish'
import { fileFormat, lineWriter } from './format'
import type { FileFormat, LineWriter } from './format'
import { withKind } from './kinds'
import type { ExportKind } from './kinds/kind'
import { openPart } from './part'
import type { Counts, Part } from './part'
import { duration, grouped, progressLine } from './progress'

export interface ExportOptions extends SessionOptions {
  readonly output: string
  readonly from: number
  readonly to?: number
  readonly side?: QuoteSide
  readonly force?: boolean
}

/** A page as text, and what was counted. A row that came before is left out, and counted. */
const written = <T>(
  { items }: Page<T>,
  { timeOf, keyOf, isGap }: ExportKind<T>,
  { line }: LineWriter<T>,
  before: Counts & { readonly key?: number },
) => {
  let { rows, gaps, duplicates, first, last, key } = before
  const lines: string[] = []
  for (const row of items) {
    if (keyOf(row) === key) {
      duplicates += 1
      continue
    }
    const time = timeOf(row)
    if (last !== undefined && isGap(last, time)) gaps += 1
    first ??= time
    last = time
    key = keyOf(row)
    rows += 1
    lines.push(line(row))
  }
  const times = { ...(first !== undefined && { first }), ...(last !== undefined && { last }) }
  return { text: lines.join(''), counts: { rows, gaps, duplicates, ...times }, key }
}

/** Reads page by page, and writes each before the next one is read. */
const transfer = <T>(kind: ExportKind<T>, lines: LineWriter<T>, part: Part): Observable<Outcome> =>
  defer(() => {
    const { from: beginning, to, next, counts: left } = part.position
    const share = (time: number): number => Math.min(1, (time - beginning) / Math.max(1, to - beginning))
    const start = Date.now()
    let key: number | undefined
    if (next > to) return []
    return kind.pages({ from: next, to }).pipe(
      map((page): Outcome => {
        const known = { ...part.position.counts, ...(key !== undefined && { key }) }
        const { text, counts, key: last } = written(page, kind, lines, known)
        key = last
        part.append(text, page.to + 1, counts)
        return {
          block: progressLine({
            begun: share(next),
            done: share(page.to),
            rows: counts.rows,
            newRows: counts.rows - left.rows,
            elapsed: Date.now() - start,
          }),
        }
      }),
    )
  })

const summary = (file: string, { counts, from, to }: Part['position'], elapsed: number): Outcome => {
  const { rows, gaps, duplicates, first, last } = counts
  const span = first === undefined || last === undefined ? 'none' : `${isoTime(first)} to ${isoTime(last)}`
  return result(
    {
      file,
      rows,
      gaps,
      duplicates,
      from: isoTime(from),
      to: isoTime(to),
      first: first === undefined ? null : isoTime(first),
      last: last === undefined ? null : isoTime(last),
    },
    `${file}: ${grouped(rows)} rows (${span}), gaps ${gaps}, duplicates ${duplicates}, in ${duration(elapsed)}`,
  )
}

interface Target {
  readonly path: string
  readonly format: FileFormat
  readonly what: string
}

const exportKind = <T>(
  kind: ExportKind<T>,
  { path, format, what }: Target,
  options: ExportOptions,
): Observable<Outcome> =>
  defer(() => {
    const lines = lineWriter(kind.columns, format)
    const { from: beginning, to } = options
    const start = Date.now()
    const part = openPart(path, { what, from: beginning, to, now: start, header: lines.header })
    const { rows, gaps } = part.position.counts
    const finish$ = defer(async () => {
      await finishFile(part.path, path, format, kind.columns)
      part.remove()
    }).pipe(ignoreElements())
    return concat(
      // As long as the file is not whole.
      of<Outcome>({ exitCode: exitCodes.failed }),
      rows > 0 || gaps > 0 ? of(note(`Goes on after ${grouped(rows)} rows.`)) : [],
      transfer(kind, lines, part).pipe(
        finalize(() => {
          part.close()
        }),
      ),
      finish$,
      defer(() => [{ block: '' }, summary(options.output, part.position, Date.now() - start)]),
      of<Outcome>({ exitCode: exitCodes.done }),
    )
  })

const targetIn = (args: readonly string[], options: ExportOptions, { terminal }: Context): Target => {
  const format = fileFormat(options.output)
  const path = resolve(terminal.folder, options.output)
  if (existsSync(path) && !options.force)
    throw new Mistake(`${options.output} is there already: give --force to replace it.`)
  const { from: beginning, to = Date.now(), side = 'bid', account = '' } = options
  if (beginning >= to) throw new Mistake('--from must be before --to.')
  return { path, format, what: [...args, side, account, format.kind].join(' ').toLowerCase() }
}

/** Writes history into a file. An export that was stopped goes on with the same command. */
export const exportHistory: Run<ExportOptions> = (args, options, context) =>
  defer(() => {
    const [what = '', detail] = args
    const target = targetIn(args, options, context)
    return from(checkFormat(target.format)).pipe(
      switchMap(() =>
        withAccount(options, context, ({ account }) =>
          withKind(account, what, detail, options.side ?? 'bid', kind => exportKind(kind, target, options)),
        ),
      ),
    )
  })
