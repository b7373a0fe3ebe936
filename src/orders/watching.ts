import { NEVER, filter, of, switchMap, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { Account } from '../session/account'
import { observedOf } from '../session/observed'
import type { Intended } from './journal'
import type { Life } from './lifecycle'
import { reportsOn } from './reports'

/** What is watched when the stream that told of it is no more, be it that its subscriber left or that it errored. */
export interface Watched {
  readonly account: Account
  readonly intended: Intended
  readonly life: Life
  /** The link it was followed on last. */
  readonly link: Link | undefined
  /** Whether it could not be found. */
  readonly isLost: boolean
  /** Writes down how it ended. */
  readonly ended: () => Observable<never>
}

/**
 * What is heard of a command after its stream is over is still written down, and of one that could not be found the log
 * is told: as long as others keep the account. It keeps nothing open by itself.
 */
export const keepWatching = ({ account, intended, life, link, isLost, ended }: Watched): void => {
  const { accountId, id } = intended
  const observed = observedOf(account)
  let isFound = !isLost
  const link$ = observed?.link$ ?? of(link)
  link$
    .pipe(
      switchMap(on => (on ? reportsOn(on, intended, life, life.doubt) : NEVER)),
      tap(({ updates }) => {
        const update = updates.at(-1)
        if (isFound || !update) return
        isFound = true
        observed?.log('warn', 'order.found', { accountId, id, ...life.ids(), status: update.status })
      }),
      filter(({ isOver }) => isOver),
      take(1),
      switchMap(() => ended()),
    )
    .subscribe()
}
