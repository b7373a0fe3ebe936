import { NEVER, filter, finalize, of, switchMap, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { getObserved } from '../../session/observed'
import type { OrderIntent } from '../model/journal'
import type { Ids, OrderLife } from '../tracking/orderLife'
import type { OrderWatch } from './orderWatch'
import { reportsOnLink } from './reportsOnLink'
import { oncePer } from '../../util/oncePer'

/** A command whose stream is over, because its subscriber left or because it errored. */
export interface Watched {
  readonly account: Account
  readonly intent: OrderIntent
  readonly life: OrderLife
  /** The link on which it was followed last. */
  readonly link: Link | undefined
  /** Whether it ended with `NotFound`. */
  readonly isLost: boolean
  readonly watch: OrderWatch
  /** Writes its end into the journal. */
  readonly settled: () => Observable<never>
}

/**
 * The watched commands of each account, by id, with what is known of each. `leave` hands a command over to another
 * stream.
 */
const watchedOf = oncePer<Account, Map<string, { readonly ids: () => Ids; readonly leave: () => void }>>(
  () => new Map(),
)

/** What is known of a command's order. The caller follows it from now on, and the watch ends. */
export const endWatch = (account: Account, id: string): Ids => {
  const watched = watchedOf(account).get(id)
  watched?.leave()
  return watched?.ids() ?? {}
}

/**
 * Keeps a command's journal entry up to date after its stream is over, and logs the outcome of one that could not
 * be found. It works as long as others use the account; it does not keep the line open.
 */
export const keepWatching = ({
  account,
  intent,
  life,
  link,
  isLost,
  settled,
  watch: reports,
}: Watched): void => {
  const { accountId, id } = intent
  const observed = getObserved(account)
  const watched = watchedOf(account)
  let isFound = !isLost
  const link$ = observed?.link$ ?? of(link)
  const watch = link$
    .pipe(
      switchMap(on => (on ? reportsOnLink(on, intent, life, life.doubt) : NEVER)),
      tap(({ updates }) => {
        const update = updates.at(-1)
        if (isFound || !update) return
        isFound = true
        observed?.log('warn', 'order.found', { accountId, id, ...life.state().ids, status: update.status })
      }),
      filter(({ isOver }) => isOver),
      take(1),
      switchMap(() => settled()),
      finalize(() => {
        watched.delete(id)
        reports.left()
      }),
    )
    .subscribe()
  if (watch.closed) return
  watched.set(id, {
    ids: () => life.state().ids,
    leave: () => {
      watch.unsubscribe()
    },
  })
}
