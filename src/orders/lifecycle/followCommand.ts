import {
  EMPTY,
  Subject,
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  merge,
  of,
  switchMap,
  takeWhile,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { asCTraderError, hasReason } from '../../errors'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { getObserved } from '../../session/observed'
import { settle } from '../model/journal'
import type { OrderIntent } from '../model/journal'
import type { OrderSettings } from '../model/orderOptions'
import type { OrderUpdate } from '../model/orderUpdate'
import { commandKind } from '../reconciling/commandKinds'
import { createSearch } from '../reconciling/search'
import { createOrderLife } from '../tracking/orderLife'
import type { Tracked } from '../tracking/tracker'
import { accountLines } from './accountLine'
import { notSent } from './dispatch'
import type { Dispatch } from './dispatch'
import { followOnLink } from './followOnLink'
import type { Following } from './followOnLink'
import { watchOrder } from './orderWatch'
import type { OrderWatch } from './orderWatch'
import { keepWatching, endWatch } from './watch'

/** Says that a command has left, and what a missing answer means. Refusals arrive with the reports of the line. */
const replyOf = ({ reply$ }: Dispatch, { intent, life, doubtAndAsk }: Following): Observable<Tracked> =>
  concat(of(life.tell([{ status: 'sent', ...life.state().ids }])), reply$).pipe(
    catchError((error: unknown) => {
      const why = asCTraderError(error)
      if (why.reason === 'Refused') return EMPTY
      if (why.reason === 'InvalidRequest') return throwError(() => notSent(intent.id, why.message, why))
      return doubtAndAsk(why)
    }),
  )

/**
 * Follows a command that was dispatched, now or earlier, to its end. It applies the reports on each line. When the
 * line is lost or no report comes, it resolves the outcome by asking the server. Completes when the end is in the
 * journal. Errors with `NotFound` if there is no sign of the command, and with the account; then the journal entry
 * stays open.
 */
export const followCommand = (
  account: Account,
  intent: OrderIntent,
  { journal, horizon }: Pick<OrderSettings, 'horizon' | 'journal'>,
  dispatched?: Dispatch,
  given?: OrderWatch,
): Observable<OrderUpdate> =>
  defer(() => {
    const { id, payload } = intent
    const ids = { ...payload, ...endWatch(account, id) }
    const watch = given ?? watchOrder(account, intent.payloadType, true)
    if (!given) watch.named(id, payload)
    const life = createOrderLife(commandKind(intent).track(intent), ids, watch.tracked)
    const search = createSearch(id, horizon)
    const ask$ = new Subject<void>()
    let lastLink: Link | undefined
    let isSettled = false
    let isLost = false

    const log = (event: string, cause: CTraderError): void =>
      getObserved(account)?.log('warn', event, { accountId: account.accountId, id, cause })
    const doubt = (cause: CTraderError): readonly Tracked[] => {
      const news = life.doubt(cause)
      if (news.length > 0) log('order.outcomeUnknown', cause)
      return news
    }
    const following: Following = {
      account,
      intent,
      life,
      search,
      isOwn: dispatched !== undefined,
      ask$,
      doubtAndAsk: cause =>
        concat(
          from(doubt(cause)),
          defer(() => {
            ask$.next()
            return EMPTY
          }),
        ),
    }

    const reply$ = dispatched ? replyOf(dispatched, following) : EMPTY
    const report$ = accountLines(account).pipe(
      switchMap(line => {
        if ('lost' in line) {
          search.pause()
          return doubt(line.lost)
        }
        search.resume()
        const mayHaveMissed = lastLink !== undefined || line.link !== dispatched?.link
        lastLink = line.link
        return followOnLink(following, line.link, mayHaveMissed)
      }),
    )
    const settled = (outcome = life.state().outcome): Observable<never> => {
      isSettled = true
      return settle(journal, intent, outcome)
    }

    return concat(
      merge(report$, reply$).pipe(
        takeWhile(({ isOver }) => !isOver, true),
        concatMap(({ updates }) => updates),
      ),
      defer(settled),
    ).pipe(
      catchError((error: unknown) => {
        isLost = hasReason(error, 'NotFound')
        watch.failed(error)
        if (hasReason(error, 'NotFound')) log('order.notFound', error)
        return concat(
          hasReason(error, 'NotSent') ? settled('notSent') : EMPTY,
          throwError(() => error),
        )
      }),
      finalize(() => {
        if (!isSettled) keepWatching({ account, intent, life, link: lastLink, isLost, settled, watch })
      }),
    )
  })
