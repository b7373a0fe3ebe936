import { NEVER, filter, finalize, of, switchMap, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { observedOf } from '../../session/observed'
import type { Intent } from '../model/journal'
import type { Ids, OrderLife } from '../tracking/orderLife'
import { reportsOnLink } from './reportsOnLink'

/** What is watched when the stream that told of it is no more, be it that its subscriber left or that it errored. */
export interface Watched {
  readonly account: Account
  readonly intended: Intent
  readonly life: OrderLife
  /** The link it was followed on last. */
  readonly link: Link | undefined
  /** Whether it could not be found. */
  readonly isLost: boolean
  /** Writes down how it ended. */
  readonly ended: () => Observable<never>
}

/** Those of an account that are watched, by their ids: what is known of each, and how to leave it to another stream. */
const watching = new WeakMap<Account, Map<string, { readonly ids: () => Ids; readonly leave: () => void }>>()

/** Which order a command has made, as far as that was heard. Whoever asks follows it from now on, and no watch does. */
export const takeOver = (account: Account, id: string): Ids => {
  const watched = watching.get(account)?.get(id)
  watched?.leave()
  return watched?.ids() ?? {}
}

/**
 * What is heard of a command after its stream is over is still written down, and of one that could not be found the log
 * is told: as long as others keep the account. It keeps nothing open by itself.
 */
export const keepWatching = ({ account, intended, life, link, isLost, ended }: Watched): void => {
  const { accountId, id } = intended
  const observed = observedOf(account)
  const watched = watching.get(account) ?? new Map<string, never>()
  watching.set(account, watched)
  let isFound = !isLost
  const link$ = observed?.link$ ?? of(link)
  const watch = link$
    .pipe(
      switchMap(on => (on ? reportsOnLink(on, intended, life, life.doubt) : NEVER)),
      tap(({ updates }) => {
        const update = updates.at(-1)
        if (isFound || !update) return
        isFound = true
        observed?.log('warn', 'order.found', { accountId, id, ...life.ids(), status: update.status })
      }),
      filter(({ isOver }) => isOver),
      take(1),
      switchMap(() => ended()),
      finalize(() => {
        watched.delete(id)
      }),
    )
    .subscribe()
  if (watch.closed) return
  watched.set(id, {
    ids: life.ids,
    leave: () => {
      watch.unsubscribe()
    },
  })
}
