import { catchError, defer, filter, map, of, repeat, takeWhile, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { isRefused, isTooLarge } from '../../errors'
import type { CTraderError } from '../../errors'
import { endlessListError } from './pageBackwards'
import type { Rows } from './pageBackwards'
import { firstReading, narrow, nextWindow, withAnswer, takeReadAhead } from './pageReader'
import type { Page, RangeList, Reading, TimeRange } from './pageReader'

/** A list on the server that is read one range at a time. */
export interface HistoryList<T> extends RangeList<T> {
  /** Requests the range on a link, both ends included. */
  readonly ask: (
    link: Link,
    range: { readonly fromTimestamp: number; readonly toTimestamp: number },
  ) => Observable<Rows<T>>
}

/**
 * How a request is sent: `ask => answer(accountLinks(account), ask)` survives lost lines;
 * `ask => answerOn(link, ask)` uses one link.
 */
export type Asking = <T>(ask: (link: Link) => Observable<T>) => Observable<T>

/**
 * How many ms in a row may have more items than an answer holds. A server that always says so would never come to
 * an end.
 */
const MOST_FULL = 20

/**
 * Whether the server refuses the length of a range, or its answer does not fit into a frame. A shorter range may
 * work.
 */
const isTooLong = (error: unknown): error is CTraderError =>
  isRefused(error, 'INCORRECT_BOUNDARIES') || isTooLarge(error)

/**
 * Reads a range of a list in pages, oldest first and without a gap. The last page has progress 1, then it
 * completes. It sends one request at a time, and the next one only when its page was consumed.
 *
 * - The server gives the newest items of a range and says if there are more. These items wait until the older ones
 *   are read. Few answers wait, because the ranges become as long as one answer can fill.
 * - Only the ms at which an answer was cut off is requested again.
 * - For deals and orders it is unknown which end is cut off. So their range is halved until an answer is complete.
 *
 * Errors with `InvalidAnswer` if the server never stops saying that there is more. Errors with `TooLarge` if one ms
 * does not fit into a frame.
 */
export const readPages = <T>(asking: Asking, list: HistoryList<T>, range: TimeRange): Observable<Page<T>> => {
  const read = (reading: Reading<T>, window: TimeRange): Observable<Reading<T>> =>
    asking((link): Observable<Rows<T> | CTraderError> =>
      list
        .ask(link, { fromTimestamp: window.from, toTimestamp: window.to })
        .pipe(catchError((error: unknown) => (isTooLong(error) ? of(error) : throwError(() => error)))),
    ).pipe(
      map(answered => {
        if ('rows' in answered) {
          const next = withAnswer(reading, list, window, answered)
          if (next.full > MOST_FULL)
            throw endlessListError(list.payloadType, 'more in a ms than an answer has')
          return next
        }
        if (window.from === window.to) throw answered
        return narrow(reading, window)
      }),
    )

  const step = (reading: Reading<T>): Observable<Reading<T>> => {
    const known = takeReadAhead(reading)
    return known ? of(known) : read(reading, nextWindow(reading, range))
  }

  return defer(() => {
    let reading = firstReading<T>(range, list.longest)
    return defer(() => step(reading)).pipe(
      tap(next => {
        reading = next
      }),
      // `expand` would send one more request when a subscriber leaves after a page.
      repeat(),
      map(({ page }) => page),
      filter(page => page !== undefined),
      takeWhile(({ to }) => to < range.to, true),
      map(page => ({ ...page, progress: (page.to + 1 - range.from) / (range.to + 1 - range.from) })),
    )
  })
}
