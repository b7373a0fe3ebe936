import { asyncScheduler, catchError, concatMap, defer, from, map, of, throwError, toArray } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { isRefused, isTooLarge } from '../../errors'
import type { RequestType } from '../../protocol/table'
import { isSessionLost } from '../../session/authentication/auth'
import { pageBackwards, timeEdges } from './pageBackwards'
import type { PagedList, Rows, Window } from './pageBackwards'
import { DAY, WEEK } from '../../time/constants'
import { oncePer } from '../../util/oncePer'

/** Whether the server requires a time range, or a shorter one. */
const wantsRange = (error: unknown): boolean =>
  isRefused(error, 'INCORRECT_BOUNDARIES', 'INVALID_REQUEST') && !isSessionLost(error)

/** The lists for which the server requires a range, per link. */
const insistingOn = oncePer<Link, Set<RequestType>>(() => new Set())

/** Uses the other way of asking when the server requires a range, and at once if it has required one before. */
const unlessInsisting = <T, R>(
  link: Link,
  { payloadType }: PagedList<T>,
  ask: () => Observable<R>,
  askBounded: () => Observable<R>,
): Observable<R> =>
  defer(() => {
    if (insistingOn(link).has(payloadType)) return askBounded()
    return ask().pipe(
      catchError((error: unknown) => {
        if (!wantsRange(error)) return throwError(() => error)
        insistingOn(link).add(payloadType)
        return askBounded()
      }),
    )
  })

/**
 * The weeks from a time to a day from now, oldest first; without a time, the last week. None begins after now,
 * because the server may refuse that.
 */
const weeksSince = (since: number | undefined): Window[] => {
  const end = Math.ceil(Math.max(asyncScheduler.now(), since ?? 0)) + DAY
  const begin = Math.max(0, since ?? end - WEEK)
  return Array.from({ length: Math.max(1, Math.ceil((end - begin) / WEEK)) }, (_, n) => ({
    fromTimestamp: Math.max(begin, end - (n + 1) * WEEK),
    toTimestamp: end - n * WEEK - Math.sign(n),
  })).reverse()
}

const all = <T>(pages$: Observable<readonly T[]>): Observable<readonly T[]> =>
  pages$.pipe(
    toArray(),
    map(pages => pages.flat()),
  )

const inWeeks = <T>(list: PagedList<T>, since: number | undefined): Observable<readonly T[]> =>
  from(weeksSince(since)).pipe(concatMap(window => pageBackwards(list, window)))

/**
 * All rows of a list since a server time, or all rows, in any order, each once, in as many answers as it takes. If
 * the server requires a range, it reads week by week, up to a day from now by our clock. Then, without a time, it
 * reads only the last week.
 */
export const readPagesSinceTime = <T>(
  link: Link,
  list: PagedList<T>,
  since?: number,
): Observable<readonly T[]> =>
  unlessInsisting(
    link,
    list,
    () => pageBackwards(list, since === undefined ? {} : { fromTimestamp: since }),
    () => inWeeks(list, since),
  )

/** The same in one array. */
export const readRowsSinceTime = <T>(
  link: Link,
  list: PagedList<T>,
  since?: number,
): Observable<readonly T[]> => all(readPagesSinceTime(link, list, since))

const lastWeek = <T>(list: PagedList<T>): Observable<Rows<T>> =>
  all(inWeeks(list, undefined)).pipe(map(rows => ({ rows, hasMore: true })))

/**
 * The rows of one answer without a range, usually the newest, and whether there may be more. If the server requires
 * a range, or the answer does not fit into a frame: the rows of the last week.
 */
export const latestRows = <T>(
  link: Link,
  list: PagedList<T>,
  wanted: Pick<Window, 'maxRows'> = {},
): Observable<Rows<T>> =>
  unlessInsisting(
    link,
    list,
    () =>
      list
        .ask(wanted)
        .pipe(catchError((error: unknown) => (isTooLarge(error) ? lastWeek(list) : throwError(() => error)))),
    () => lastWeek(list),
  )

/** The newest rows of a list, and maybe older ones, even if the server gives the oldest first. */
export const newestRows = <T>(
  link: Link,
  list: PagedList<T>,
  wanted: Pick<Window, 'maxRows'>,
): Observable<readonly T[]> =>
  latestRows(link, list, wanted).pipe(
    concatMap(({ rows, hasMore }) =>
      hasMore && rows.length > 0
        ? readRowsSinceTime(link, list, timeEdges(rows.map(list.timeOf))[1]).pipe(
            map(later => [...rows, ...later]),
          )
        : of(rows),
    ),
  )
