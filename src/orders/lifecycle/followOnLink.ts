import { EMPTY, defer, filter, finalize, merge, of, share, startWith, switchMap, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { unreadByKind } from '../../session/state/unread'
import type { OrderIntent } from '../model/journal'
import { commandKind } from '../reconciling/commandKinds'
import type { QueriedState } from '../reconciling/outcomeQuery'
import { resolveOutcome } from '../reconciling/resolveOutcome'
import { emitResolved } from '../reconciling/resolvedReports'
import type { Search } from '../reconciling/search'
import type { OrderLife } from '../tracking/orderLife'
import type { Tracked } from '../tracking/tracker'
import { reportsOnLink } from './reportsOnLink'

/** How long an immediate command may go unreported before the server is queried, in ms. */
const SILENCE = 10_000

/** How long an event may be late after a newer one, in ms. After that, what it would report is requested. */
const OVERTAKEN = 500

/** A command on its way to its end. */
export interface Following {
  readonly account: Account
  readonly intent: OrderIntent
  readonly life: OrderLife
  readonly search: Search
  /** Whether this subscription has sent it. */
  readonly isOwn: boolean
  /** Emits when the server must be asked at once. */
  readonly ask$: Observable<unknown>
  /** Its outcome is unknown, and waiting does not help. Emits what is new, then asks at once. */
  readonly doubtAndAsk: (cause: CTraderError) => Observable<Tracked>
}

/** Emits when the latest report is so long ago that the server must be asked. A pending order may wait for days. */
const silenceAfter = (report$: Observable<Tracked>, { state }: OrderLife): Observable<unknown> =>
  report$.pipe(
    startWith(undefined),
    switchMap(report => {
      if (report?.isIncomplete === true) return timer(OVERTAKEN)
      return state().stage === 'resting' ? EMPTY : timer(SILENCE)
    }),
  )

/**
 * Follows a command on one link: its reports, and what the server answers when it must be asked. That is at once if
 * reports may have been missed, and later when none comes. Listens before it asks, so that no report is lost in
 * between.
 */
export const followOnLink = (
  { account, intent, life, search, isOwn, ask$, doubtAndAsk }: Following,
  link: Link,
  mayHaveMissed: boolean,
): Observable<Tracked> =>
  defer(() => {
    let isAsking = false
    const query = (): Observable<QueriedState> =>
      defer(() => {
        isAsking = true
        return commandKind(intent).query({ account, link, intent, life })
      }).pipe(
        tap({
          next: ({ reports = [] }) => {
            if (isOwn) emitResolved(account, reports)
            search.asked()
          },
          error: search.asked,
        }),
        finalize(() => {
          isAsking = false
        }),
      )

    const report$ = reportsOnLink(link, intent, life, doubtAndAsk).pipe(
      filter(({ isIncomplete = false, isOver, updates }) => isIncomplete || isOver || updates.length > 0),
      tap(({ updates }) => {
        if (updates.length > 0) search.seen()
      }),
      share(),
    )
    const answer$ = merge(
      mayHaveMissed ? of(undefined) : EMPTY,
      ask$,
      unreadByKind(link, account.accountId, 'account'),
      silenceAfter(report$, life),
    ).pipe(
      filter(() => !isAsking),
      switchMap(() => resolveOutcome({ life, query, search })),
    )
    return merge(report$, answer$)
  })
