import { EMPTY, concat, concatMap, defer, of, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../../errors'
import type { RequestType } from '../../protocol/table'

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
}

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
 * stepped over.
 *
 * Errors with `InvalidAnswer` where the answers lead nowhere: more is said to be there, and nothing new comes.
 */
export const backwards = <T>(
  { payloadType, timeOf, idOf, ask, cut = 'unknown', hasOnePerTime = false }: PagedList<T>,
  window: Window = {},
): Observable<readonly T[]> =>
  defer(() => {
    const seen = new Set<number>()
    let pages = 0
    let end: 'older' | 'newer' | 'unknown' = cut

    /** What is beside a piece that was cut off at one of its ends. */
    const beside = ({ fromTimestamp, toTimestamp }: Window, times: readonly number[], step: 0 | 1) => {
      const newer: Window = {
        fromTimestamp: Math.max(...times) + step,
        ...(toTimestamp !== undefined && { toTimestamp }),
      }
      const older: Window = {
        ...(fromTimestamp !== undefined && { fromTimestamp }),
        toTimestamp: Math.min(...times) - step,
      }
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
        concatMap(({ rows, hasMore }) => {
          const fresh = rows.filter(row => !seen.has(idOf(row)))
          for (const row of fresh) seen.add(idOf(row))
          pages += 1
          // Where there is nothing, there is no more either.
          if (!hasMore || rows.length === 0) return of(fresh)
          const times = rows.map(timeOf)
          const isOneMs = Math.min(...times) === Math.max(...times)
          const isStuck = fresh.length === 0 && (isStep || !isOneMs || hasOnePerTime)
          if (isStuck || (pages > PAGES && seen.size < pages * ROWS))
            return throwError(() => leadsNowhere(payloadType, `${seen.size} rows in ${pages} answers`))
          return concat(of(fresh), beside(asked, times, isOneMs || hasOnePerTime ? 1 : 0))
        }),
      )
    return read(window)
  })
