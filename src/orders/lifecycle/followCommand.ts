import {
  EMPTY,
  Observable,
  Subject,
  catchError,
  concat,
  concatMap,
  defer,
  endWith,
  filter,
  finalize,
  from,
  merge,
  of,
  share,
  startWith,
  switchMap,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError, asCTraderError, hasReason } from '../../errors'
import type { CommandType } from '../../protocol/table'
import type { Account } from '../../session/account'
import { observedOf } from '../../session/observed'
import { unsure } from '../../session/state/unread'
import { notSent } from './dispatch'
import type { Dispatch } from './dispatch'
import { resolveOutcome } from '../reconciling/resolveOutcome'
import type { QueriedState, CommandKind } from '../reconciling/resolveOutcome'
import type { Tracked } from '../tracking/trackNewOrder'
import { emitResolved } from '../reconciling/resolvedReports'
import { settle } from '../model/journal'
import type { Intended } from '../model/journal'
import { createOrderLife } from '../tracking/orderLife'
import { accountLines } from './accountLine'
import type { OrderSettings } from '../model/orderOptions'
import { reportsOnLink } from './reportsOnLink'
import { createUnseen } from './unseen'
import type { OrderUpdate } from '../model/orderUpdate'
import { keepWatching, takeOver } from './watch'
import { defined } from '../../util/defined'

/** How long an immediate command may go unreported before the server is queried, in ms. */
const SILENCE = 10_000

/** How long an event may be late after a newer one, in ms. After that, what it would report is requested. */
const OVERTAKEN = 500

/**
 * Follows a command that was dispatched, now or earlier, to its end. It applies the reports on each line. When the
 * line is lost or no report comes, it resolves the outcome by asking the server. Completes when the end is in the
 * journal. Errors with `NotFound` if there is no sign of the command, and with the account; then the journal entry
 * stays open.
 */
export const followCommand = <T extends CommandType>(
  account: Account,
  kind: CommandKind<T>,
  intended: Intended<T>,
  { journal, horizon }: Pick<OrderSettings, 'horizon' | 'journal'>,
  dispatched?: Dispatch<T>,
): Observable<OrderUpdate> =>
  new Observable(subscriber => {
    const life = createOrderLife(kind.follow(intended), {
      ...intended.payload,
      ...takeOver(account, intended.id),
    })
    const unseen = createUnseen()
    /** Asks the server at once. */
    const question$ = new Subject<undefined>()
    let cause: CTraderError | undefined
    let asked = 0
    let lastLink: Link | undefined
    let isLooking = false
    let isEnded = false
    let isLost = false

    const log = (event: string, fields: Readonly<Record<string, unknown>>): void =>
      observedOf(account)?.log('warn', event, { accountId: account.accountId, id: intended.id, ...fields })
    const doubt = (why: CTraderError): readonly Tracked[] => {
      cause = why
      const news = life.doubt(why)
      if (news.length > 0) log('order.outcomeUnknown', { cause: why })
      return news
    }
    const notFound = (detail: string): CTraderError => {
      const after = Math.round(unseen.elapsed())
      return new CTraderError({
        reason: 'NotFound',
        id: intended.id,
        after,
        asked,
        detail,
        ...defined({ cause }),
      })
    }

    /** The outcome is unknown, and waiting does not help: ask now. */
    const askNow = (why: CTraderError): Observable<Tracked> =>
      concat(
        from(doubt(why)),
        defer(() => {
          question$.next(undefined)
          return EMPTY
        }),
      )

    const look = (link: Link): Observable<QueriedState> =>
      defer(() => {
        isLooking = true
        return kind.look({ account, link, intended, life })
      }).pipe(
        tap(({ reports = [] }) => {
          if (dispatched) emitResolved(account, reports)
        }),
        tap({ next: count, error: count }),
        finalize(() => {
          isLooking = false
        }),
      )
    const count = (): void => {
      asked += 1
    }

    const resolve = (link: Link): Observable<Tracked> =>
      resolveOutcome({
        life,
        look: () => look(link),
        unseen: unseen.elapsed,
        onSign: unseen.restart,
        horizon,
        notFound,
      })

    /** How long to wait after the latest report before asking the server. */
    const patienceAfter = ({ isIncomplete = false }: Partial<Tracked>): number | undefined => {
      if (isIncomplete) return OVERTAKEN
      return life.stage() === 'resting' ? undefined : SILENCE
    }

    /** Listens before it asks, so that no report is lost in between. */
    const on = (link: Link): Observable<Tracked> => {
      const wasLost = lastLink !== undefined || link !== dispatched?.link
      lastLink = link
      const news$ = reportsOnLink(link, intended, life, askNow).pipe(
        filter(({ isIncomplete = false, isOver, updates }) => isIncomplete || isOver || updates.length > 0),
        tap(({ updates }) => {
          if (updates.length > 0) unseen.restart()
        }),
        share(),
      )
      const silence$ = news$.pipe(
        startWith({}),
        switchMap(news => {
          const patience = patienceAfter(news)
          return patience === undefined ? EMPTY : timer(patience)
        }),
      )
      return merge(
        news$,
        merge(
          wasLost ? of(undefined) : EMPTY,
          question$,
          unsure(link, account.accountId, 'account'),
          silence$,
        ).pipe(
          filter(() => !isLooking),
          switchMap(() => resolve(link)),
        ),
      )
    }

    const line$ = accountLines(account).pipe(
      switchMap(line => {
        if ('lost' in line) {
          unseen.pause()
          return from(doubt(line.lost))
        }
        unseen.resume()
        return on(line.link)
      }),
    )

    /** Refusals arrive with the reports of the line. This handles the missing answer. */
    const unanswered = (error: unknown): Observable<Tracked> => {
      const why = asCTraderError(error)
      if (why.reason === 'Refused') return EMPTY
      if (why.reason === 'InvalidRequest') return throwError(() => notSent(intended.id, why.message, why))
      return askNow(why)
    }
    const reply$ = dispatched
      ? concat(of(life.tell([{ status: 'sent', ...life.ids() }])), dispatched.reply$).pipe(
          catchError(unanswered),
        )
      : EMPTY

    const ended = (outcome = life.outcome()): Observable<never> => {
      isEnded = true
      return settle(journal, intended, outcome)
    }

    subscriber.add(() => {
      if (!isEnded)
        keepWatching({ account, intended: intended as Intended, life, link: lastLink, isLost, ended })
    })
    merge(line$, reply$)
      .pipe(
        takeWhile(({ isOver }) => !isOver, true),
        concatMap(({ updates }) => updates),
        endWith(undefined),
        concatMap(update => (update ? of(update) : ended())),
        catchError((error: unknown) => {
          isLost = hasReason(error, 'NotFound')
          if (isLost) log('order.notFound', { cause: error })
          return concat(
            hasReason(error, 'NotSent') ? ended('notSent') : EMPTY,
            throwError(() => error),
          )
        }),
      )
      .subscribe(subscriber)
  })
