import {
  catchError,
  concat,
  concatMap,
  defer,
  ignoreElements,
  of,
  retry,
  tap,
  throwError,
  toArray,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { oneAtATime } from '../../../util/observables/oneAtATime'
import { parseJson } from '../../../util/parseJson'
import { randomFraction, sequentialIds } from '../../../util/random'
import { busError, isUnsent } from '../../bus/bus'
import type { BusLog, LogEntry } from '../../bus/bus'

/** What every line of a chain has besides. */
interface Stamp {
  /** Which process has written it. */
  readonly by: string
  /** Two lines of a process are never the same. */
  readonly count: number
}

/** What the lines of a chain lead to. */
export interface ChainState<Line, Snapshot> {
  /** Applies a line. It may be one of another program, with anything in it. */
  readonly note: (line: Partial<Line>) => void
  /** Replaces all by what a fence has. */
  readonly restore: (snapshot: Snapshot) => void
  /** What is written into a fence: all that counts of the lines before it. */
  readonly snapshot: () => Snapshot
}

/** A log that one process at a time writes. */
export interface FencedChain<Line> {
  /** Emits when a line is written. Errors with a `BusError`: `Fenced` if another process has begun. */
  readonly append: (line: Line) => Observable<unknown>
  /** Acts when all lines were read, and none is on its way. */
  readonly begun: <T>(then: () => Observable<T>) => Observable<T>
}

/** Others may write between the look and the fence. That they do so again and again means that they are alive. */
const TRIES = 5

/** How many lines are written before what counts of them is written again, so that a reader need not read more. */
const LINES_PER_FENCE = 500

const nextWriter = sequentialIds(randomFraction)

const parse = ({ text }: LogEntry): Readonly<Record<string, unknown>> =>
  Object(parseJson(text)) as Readonly<Record<string, unknown>>

/**
 * A chain of lines in a log. The first use writes a fence: from then on, what an earlier process appends is refused. A
 * fence has all that counts of the lines before it, and these are removed.
 */
export const fencedChain = <Line extends object, Snapshot>(
  log: BusLog,
  { note: noteLine, restore, snapshot }: ChainState<Line, Snapshot>,
  /** Asked in the turn in which a fence leaves: it would shut another process out. */
  mayBegin: () => boolean = () => true,
): FencedChain<Line> => {
  const by = nextWriter()
  const inTurn = oneAtATime()
  let last = 0
  let count = 0
  let isShut = false
  let hasBegun = false
  /** A line may have been written, or may come yet. */
  let isUnsure = false

  const note = (entry: LogEntry): void => {
    last = entry.seq
    const line = parse(entry)
    if (line['state'] !== 'fence') noteLine(line as Partial<Line>)
    else if (line['open'] !== undefined) restore(line['open'] as Snapshot)
  }
  const toText = (line: object): string =>
    JSON.stringify({ ...line, by, count: (count += 1) } satisfies Stamp & object)

  const append = (text: string): Observable<unknown> =>
    defer(() => log.append(text, last)).pipe(
      tap(seq => {
        note({ seq, text })
      }),
    )
  const fence = defer(() => append(toText({ state: 'fence', open: snapshot() }))).pipe(
    tap(() => {
      log.trim?.(last)
    }),
  )
  const isOwn = (entry: LogEntry): boolean => parse(entry)['by'] === by
  const shut = (): Observable<never> => {
    isShut = true
    return throwError(() => busError('Fenced'))
  }
  /** Reads what is new. Who has begun goes on only where no other process has written since. */
  const readNew = (): Observable<readonly LogEntry[]> =>
    log.read(last).pipe(
      toArray(),
      concatMap(found => {
        if (hasBegun && !found.every(isOwn)) return shut()
        found.forEach(note)
        return of(found)
      }),
    )
  /** Reads to the end, and writes the fence behind it. From then on, no line that left before it can come. */
  const begin: Observable<unknown> = defer(() =>
    readNew().pipe(concatMap(() => (mayBegin() ? fence : throwError(() => busError('Down'))))),
  ).pipe(
    retry({
      count: TRIES,
      delay: error => (isShut || isUnsent(error) ? throwError(() => error as Error) : of(0)),
    }),
    tap(() => {
      hasBegun = true
      isUnsure = false
    }),
  )
  /** Looks whether a line is there, after a failure that may be that of the answer alone. */
  const appendSurely = (text: string): Observable<unknown> =>
    append(text).pipe(
      catchError((error: unknown) => {
        if (isUnsent(error)) return throwError(() => error)
        isUnsure = true
        return readNew().pipe(
          concatMap(found => {
            if (found.some(entry => entry.text === text)) return of(text)
            // An earlier line came late. It was given up, and nothing was done for it.
            return found.length > 0 ? append(text) : throwError(() => error)
          }),
          tap(() => {
            isUnsure = false
          }),
        )
      }),
    )
  /** It may fail: the next one is tried after as many lines. */
  const fenceIfDue = defer(() => (count % LINES_PER_FENCE === 0 ? fence : of(0))).pipe(
    catchError(() => of(0)),
    ignoreElements(),
  )
  const begun = <T>(then: () => Observable<T>): Observable<T> =>
    inTurn(
      defer(() => {
        if (isShut) return shut()
        return hasBegun && !isUnsure ? then() : begin.pipe(concatMap(then))
      }),
    )
  return {
    append: line => begun(() => concat(appendSurely(toText(line)), fenceIfDue)),
    begun,
  }
}
