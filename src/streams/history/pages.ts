import { catchError, defer, filter, map, of, repeat, takeWhile, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { isRefused, isTooLarge } from '../../errors'
import type { CTraderError } from '../../errors'
import type { RequestType } from '../../protocol/table'
import { leadsNowhere } from './pageBackwards'
import { firstReading, narrowed, nextWindow, withAnswer, withKnown } from './pageReader'
import type { Answered, Page, TimeRange, Reading, Times } from './pageReader'

/** A list that the server keeps, of which it gives a range at a time. */
export interface HistoryList<T> extends Times<T> {
  /** By what it is asked for. */
  readonly payloadType: RequestType
  /** The longest range the server allows, in ms. */
  readonly longest: number
  /** Asks for the range on a link: both of its ends included. */
  readonly ask: (
    link: Link,
    range: { readonly fromTimestamp: number; readonly toTimestamp: number },
  ) => Observable<Answered<T>>
}

/**
 * How a question is asked: `ask => answer(accountLinks(account), ask)` through lost lines, or
 * `ask => answerOn(link, ask)` on one link alone.
 */
export type Asking = <T>(ask: (link: Link) => Observable<T>) => Observable<T>

/** So many ms in a row may each have more than an answer: what says so for ever does not come to an end. */
const MOST_FULL = 20

/** Whether a range is longer than the server allows, or than a frame has room for: of a part of it there may be an answer. */
const isTooLong = (error: unknown): error is CTraderError =>
  isRefused(error, 'INCORRECT_BOUNDARIES') || isTooLarge(error)

/**
 * A range of a list in pages, oldest first and without a hole; the last has progress 1, then it completes. One
 * question at a time, the next when its page was taken, and none for nobody.
 *
 * Where the server gives the newest of a range and says that there are more, what came of it waits until what is
 * older was asked for. Few answers wait at a time, since the ranges become as long as one answer can fill; and
 * nothing comes twice but the ms at which one was cut off, which is then asked for whole. Of deals and orders it is not
 * known which end is cut off: a range is asked for in halves until an answer has all of it.
 *
 * Errors with `InvalidAnswer` where more is said to be there for ever, and with `TooLarge` where a ms does not fit into a
 * frame.
 */
export const pagesOf = <T>(asking: Asking, list: HistoryList<T>, range: TimeRange): Observable<Page<T>> => {
  const read = (reading: Reading<T>, window: TimeRange): Observable<Reading<T>> =>
    asking((link): Observable<Answered<T> | CTraderError> =>
      list
        .ask(link, { fromTimestamp: window.from, toTimestamp: window.to })
        .pipe(catchError((error: unknown) => (isTooLong(error) ? of(error) : throwError(() => error)))),
    ).pipe(
      map(answered => {
        if ('items' in answered) {
          const next = withAnswer(reading, list, window, answered)
          if (next.full > MOST_FULL) throw leadsNowhere(list.payloadType, 'more in a ms than an answer has')
          return next
        }
        if (window.from === window.to) throw answered
        return narrowed(reading, window)
      }),
    )

  const step = (reading: Reading<T>): Observable<Reading<T>> => {
    const known = withKnown(reading)
    return known ? of(known) : read(reading, nextWindow(reading, range))
  }

  return defer(() => {
    let reading = firstReading<T>(range, list.longest)
    return defer(() => step(reading)).pipe(
      tap(next => {
        reading = next
      }),
      // And not `expand`, which would ask once more for whoever leaves with a page.
      repeat(),
      map(({ page }) => page),
      filter(page => page !== undefined),
      takeWhile(({ to }) => to < range.to, true),
      map(page => ({ ...page, progress: (page.to + 1 - range.from) / (range.to + 1 - range.from) })),
    )
  })
}
