import { EMPTY, asyncScheduler, catchError, concat, concatMap, defer, of, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, isTooLarge } from '../../errors'
import type { RequestType } from '../../protocol/table'
import { DAY } from '../../time/constants'

/** Some rows of a list, and whether the window has more. */
export interface Rows<T> {
  readonly rows: readonly T[]
  readonly hasMore: boolean
}

/** The time range of a request, in ms by the server's clock, both ends included. */
export interface Window {
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
  /** The maximal number of rows; only of deals. */
  readonly maxRows?: number
}

/** What is known of a list that the server gives by time. */
export interface ServerList<T> {
  /** The payload type of the request, for error messages. */
  readonly payloadType: RequestType
  readonly timeOf: (row: T) => number
  /** Which end of a window is missing when the answer has not all of it. Default 'unknown'. */
  readonly cut?: 'older' | 'unknown'
}

/** A list that the server gives in pages, each requested by a window. */
export interface PagedList<T> extends ServerList<T> {
  readonly idOf: (row: T) => number
  readonly ask: (window: Window) => Observable<Rows<T>>
  /** Whether no two rows have the same time. Then the edge of a page need not be requested again. */
  readonly hasOnePerTime?: boolean
  /** Whether a request is for a number of rows. Then half a window has no fewer rows. */
  readonly byCount?: boolean
}

/**
 * Both halves of a window, the later one first. `undefined` for a window of one ms. A window without ends goes up
 * to a day after now by our clock.
 */
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
export const timeEdges = (times: readonly number[]): readonly [earliest: number, latest: number] =>
  // `Math.min(...times)` fails for long lists: a call has a maximal number of arguments.
  times.reduce<readonly [number, number]>(
    ([earliest, latest], time) => [Math.min(earliest, time), Math.max(latest, time)],
    [Infinity, -Infinity],
  )

/** After this many pages, each must have brought this many rows on average. */
const PAGES = 50
const ROWS = 10

/** The error of a list that never ends: its answers bring nothing new. */
export const endlessListError = (payloadType: RequestType, actual: string): CTraderError =>
  new CTraderError({
    reason: 'InvalidAnswer',
    payloadType,
    faults: [{ path: 'payload.hasMore', expected: 'pages that come to an end', actual }],
  })

const isNone = ({ fromTimestamp = -Infinity, toTimestamp = Infinity }: Window): boolean =>
  fromTimestamp > toTimestamp

/**
 * Reads a list in as many requests as it takes. Emits the rows of each answer together, and each row once. Sends a
 * request only while there is a subscriber.
 *
 * - When an answer says that there is more, it may have left out either end of its window. The rows that came have
 *   no gap, so the later and the earlier rest are requested. Each repeats the ms at its edge. After the first such
 *   answer it is known which end the server leaves out.
 * - If one ms fills a whole answer, the server never gives more of it. Skip to the next ms.
 * - If an answer does not fit into a frame, request both halves of its window.
 *
 * Errors with `TooLarge` if one ms does not fit into a frame. Errors with `InvalidAnswer` if the answers say that
 * there is more but bring nothing new.
 */
export const pageBackwards = <T>(
  { payloadType, timeOf, idOf, ask, cut = 'unknown', hasOnePerTime = false, byCount = false }: PagedList<T>,
  window: Window = {},
): Observable<readonly T[]> =>
  defer(() => {
    const seen = new Set<number>()
    let pages = 0
    let end: 'older' | 'newer' | 'unknown' = cut

    /** The windows next to a page that was cut off. */
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
          // An empty answer is the end, even if it says that there is more.
          if (!hasMore || rows.length === 0) return of(fresh)
          const edges = timeEdges(rows.map(timeOf))
          const isOneMs = edges[0] === edges[1]
          const isStuck = fresh.length === 0 && (isStep || !isOneMs || hasOnePerTime)
          if (isStuck || (pages > PAGES && seen.size < pages * ROWS))
            return throwError(() => endlessListError(payloadType, `${seen.size} rows in ${pages} answers`))
          return concat(of(fresh), beside(asked, edges, isOneMs || hasOnePerTime ? 1 : 0))
        }),
      )
    return read(window)
  })
