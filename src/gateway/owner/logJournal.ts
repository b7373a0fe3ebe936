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
import type { Journal, JournalEntry, OrderIntent } from '../../orders/model/journal'
import { oneAtATime } from '../../util/observables/oneAtATime'
import { parseJson } from '../../util/parseJson'
import { randomFraction, sequentialIds } from '../../util/random'
import { busError, isUnsent } from '../bus/bus'
import type { BusLog, LogEntry } from '../bus/bus'

/** What is written into the log: an entry of the journal, or the fence with which a process begins. */
type Line = (JournalEntry | { readonly state: 'fence' }) & {
  /** Which process has written it. */
  readonly by: string
  /** Two lines of a process are never the same. */
  readonly count: number
}

/** Others may write between the look and the fence. That they do so again and again means that they are alive. */
const TRIES = 5

const nextWriter = sequentialIds(randomFraction)

const readLine = ({ text }: LogEntry): Partial<Line> => Object(parseJson(text)) as Partial<Line>

/**
 * The journal of one account in a log of a bus, for a gateway that another process can take over from. The first use
 * writes a fence: from then on, what an earlier process appends is refused. So an order can leave from one process
 * only, the one whose entry is acknowledged, also if the other one was paused and knows nothing of it.
 *
 * ```ts
 * const bus = natsBus(nc)
 * const journal = (accountId: number) => logJournal(bus.log(`${accountId}`))
 * const origins = ['https://app.example.com']
 * const gateway = createGateway({ bus, journal, application, origins, grants, authenticate, entitle })
 * ```
 */
export const logJournal = (log: BusLog): Journal => {
  const by = nextWriter()
  const inTurn = oneAtATime()
  const open = new Map<string, OrderIntent>()
  let last = 0
  let count = 0
  let isShut = false
  let hasBegun = false

  const note = (entry: LogEntry): void => {
    last = entry.seq
    const line = readLine(entry)
    if (line.state === 'intended' && line.id !== undefined) open.set(line.id, line as OrderIntent)
    if (line.state === 'settled' && line.id !== undefined) open.delete(line.id)
  }
  const toText = (entry: JournalEntry | { readonly state: 'fence' }): string =>
    JSON.stringify({ ...entry, by, count: (count += 1) } satisfies Line)

  const append = (text: string): Observable<unknown> =>
    defer(() => log.append(text, last)).pipe(
      tap(seq => {
        note({ seq, text })
      }),
    )
  /** Reads to the end, and writes the fence behind it. */
  const begin: Observable<unknown> = defer(() =>
    concat(log.read(last).pipe(tap(note), ignoreElements()), append(toText({ state: 'fence' }))),
  ).pipe(
    retry({ count: TRIES, delay: error => (isUnsent(error) ? throwError(() => error as Error) : of(0)) }),
    tap(() => {
      hasBegun = true
    }),
  )
  /** Looks whether an entry is there, after a failure that may be that of the answer alone. */
  const appendSurely = (text: string): Observable<unknown> =>
    append(text).pipe(
      catchError((error: unknown) =>
        isUnsent(error)
          ? throwError(() => error)
          : log.read(last).pipe(
              toArray(),
              concatMap(found => {
                if (found.some(entry => readLine(entry).by !== by)) {
                  isShut = true
                  return throwError(() => busError('Fenced'))
                }
                found.forEach(note)
                if (found.some(entry => entry.text === text)) return of(text)
                // An earlier entry came late. It was given up, and nothing was sent for it.
                return found.length > 0 ? append(text) : throwError(() => error)
              }),
            ),
      ),
    )
  const begun = <T>(then: () => Observable<T>): Observable<T> =>
    inTurn(
      defer(() => {
        if (isShut) return throwError(() => busError('Fenced'))
        return hasBegun ? then() : begin.pipe(concatMap(then))
      }),
    )

  return {
    append: entry => begun(() => appendSurely(toText(entry))),
    load: () => begun(() => of([...open.values()])),
  }
}
