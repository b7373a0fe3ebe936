import { EMPTY, asyncScheduler, catchError, concat, concatMap, defer, of, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, isTooLarge } from '../../errors'
import type { RequestType } from '../../protocol/table'
import { DAY } from '../../time/constants'

/** Some of a list, and whether there is more of what was asked for. */
export interface Rows<T> {
  readonly rows: readonly T[]
  readonly hasMore: boolean
}

/** Times of the server's own, in ms, both included: what is earlier or later is not asked for. */
export interface Window {
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
}

/** A list that the server gives in pages, asked for by windows of a kind. */
export interface PagedList<T, W extends Window = Window> {
  /** By what it is asked for: named where its pages lead nowhere. */
  readonly payloadType: RequestType
  readonly timeOf: (row: T) => number
  readonly idOf: (row: T) => number
  readonly ask: (window: W) => Observable<Rows<T>>
  /** Which end of a window is cut off where there is more of it. Default 'unknown'. */
  readonly cut?: 'older' | 'unknown'
  /** Whether no two rows have the same time: then none has to come once more. */
  readonly hasOnePerTime?: boolean
  /** Whether it is asked for so many rows, however long their window is: then half of that has no less. */
  readonly byCount?: boolean
}

/** Both halves of a window, the later one first; nothing of one ms. One without ends is of all times to a day from now by our clock. */
const halvesOf = ({
  fromTimestamp: from = 0,
  toTimestamp: to = Math.ceil(Math.max(asyncScheduler.now(), from)) + DAY,
}: Window): readonly Window[] | undefined => {
  if (from >= to) return undefined
  const middle = Math.floor((from + to) / 2)
  return [
    { fromTimestamp: middle + 1, toTimestamp: to },
    { fromTimestamp: from, toTimestamp: middle },
  ]
}

/** The earliest and the latest of some times. */
export const edgesOf = (times: readonly number[]): readonly [earliest: number, latest: number] =>
  // There may be more of them than a function takes arguments.
  times.reduce<readonly [number, number]>(
    ([earliest, latest], time) => [Math.min(earliest, time), Math.max(latest, time)],
    [Infinity, -Infinity],
  )

/** After so many pages they have to have brought this many rows each, on average. */
const PAGES = 50
const ROWS = 10

/** Why a list cannot be read to its end: its pages lead nowhere. */
export const leadsNowhere = (payloadType: RequestType, actual: string): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType,
    faults: [{ path: 'payload.hasMore', expected: 'pages that come to an end', actual }],
  })

const isNone = ({ fromTimestamp = -Infinity, toTimestamp = Infinity }: Window): boolean =>
  fromTimestamp > toTimestamp

/**
 * A list by as many answers as it takes, each row once and those of an answer together, and none for nobody. Where an
 * answer says that there is more, it is not known of each list which end it leaves out: what came is a piece without a
 * hole, so what is later is asked for and what is earlier, each with the ms at its end once more. After the first time
 * it is known which of both it was. A ms that fills an answer by itself, of which the server never tells more, is
 * stepped over. Where an answer does not fit into a frame, the window is asked for in halves.
 *
 * Errors with `TooLarge` where a ms does not fit, and with `InvalidAnswer` where the answers lead nowhere: more is said to be there, and nothing new comes.
 */
export const backwards = <T>(
  { payloadType, timeOf, idOf, ask, cut = 'unknown', hasOnePerTime = false, byCount = false }: PagedList<T>,
  window: Window = {},
): Observable<readonly T[]> =>
  defer(() => {
    const seen = new Set<number>()
    let pages = 0
    let end: 'older' | 'newer' | 'unknown' = cut

    /** What is beside a piece that was cut off at one of its ends. */
    const beside = (window: Window, [earliest, latest]: readonly [number, number], step: 0 | 1) => {
      const newer: Window = { ...window, fromTimestamp: latest + step }
      const older: Window = { ...window, toTimestamp: earliest - step }
      const known = seen.size
      return concat(
        defer(() => (end === 'older' || isNone(newer) ? EMPTY : read(newer, step === 1))),
        defer(() => {
          if (end === 'unknown' && seen.size === known) end = 'older'
          const all = seen.size
          return end === 'newer' || isNone(older)
            ? EMPTY
            : read(older, step === 1).pipe(
                tap({
                  complete: () => {
                    if (end === 'unknown' && seen.size === all) end = 'newer'
                  },
                }),
              )
        }),
      )
    }

    const read = (asked: Window, isStep = false): Observable<readonly T[]> =>
      ask(asked).pipe(
        catchError((error: unknown) => {
          const halves = !byCount && isTooLarge(error) ? halvesOf(asked) : undefined
          return halves ? of({ halves }) : throwError(() => error)
        }),
        concatMap(answered => {
          if ('halves' in answered) return concat(...answered.halves.map(half => defer(() => read(half))))
          const { rows, hasMore } = answered
          const fresh = rows.filter(row => !seen.has(idOf(row)))
          for (const row of fresh) seen.add(idOf(row))
          pages += 1
          // Where there is nothing, there is no more either.
          if (!hasMore || rows.length === 0) return of(fresh)
          const edges = edgesOf(rows.map(timeOf))
          const isOneMs = edges[0] === edges[1]
          const isStuck = fresh.length === 0 && (isStep || !isOneMs || hasOnePerTime)
          if (isStuck || (pages > PAGES && seen.size < pages * ROWS))
            return throwError(() => leadsNowhere(payloadType, `${seen.size} rows in ${pages} answers`))
          return concat(of(fresh), beside(asked, edges, isOneMs || hasOnePerTime ? 1 : 0))
        }),
      )
    return read(window)
  })
