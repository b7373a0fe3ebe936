import { NEVER, concatMap, defer, map, merge, share, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { messagesOf } from '../session/accountMessages'
import { accountLinks } from '../streams/live'
import { followAll } from './followAll'
import { heardIn } from './heard'
import type { Heard } from './heard'
import { atFirst, missedSince } from './missed'
import type { Missed } from './missed'
import type { OrderUpdate } from './update'

/** When the server did what is heard, in ms since the epoch. */
const timeOf = ({ order, deals = [] }: Heard): number =>
  Math.max(order?.utcLastUpdateTimestamp ?? 0, ...deals.map(({ executionTimestamp }) => executionTimestamp))

const made = (account: Account): Observable<OrderUpdate> =>
  defer(() => {
    const { accountId } = account
    const hear = followAll()
    /** Up to when all is known, by the server's clock; nothing before the first answer. */
    let since: number | undefined

    const on = (link: Link): Observable<readonly OrderUpdate[]> => {
      let isComplete = false
      const catchUp = ({ heard, until }: Missed): OrderUpdate[] => {
        const updates = heard.flatMap(hear)
        // What there is when one begins to listen is no news.
        const news = since === undefined ? [] : updates
        isComplete = true
        since = until
        return news
      }
      const hearOn = (heard: Heard): readonly OrderUpdate[] => {
        if (isComplete && since !== undefined) since = Math.max(since, timeOf(heard))
        return hear(heard)
      }
      return merge(
        messagesOf(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(message => hearOn(heardIn(message))),
        ),
        (since === undefined ? atFirst(link, accountId) : missedSince(link, accountId, since)).pipe(
          map(catchUp),
        ),
      )
    }

    return accountLinks(account).pipe(
      switchMap(link => (link ? on(link) : NEVER)),
      concatMap(updates => updates),
    )
  })

const shared = new WeakMap<Account, Observable<OrderUpdate>>()

/**
 * What becomes of every order of the account from now on, whoever placed it: `accepted`, `partiallyFilled`, `filled`,
 * `replaced`, `cancelled`, `expired`, `rejected`, of closing orders too, and `protected` when a position has got a stop
 * loss or take profit, or another, or has those it had on what is left of it after a part was closed. Partial fills are added up, and no deal is counted twice.
 *
 * Rests on the account's execution events (2126). What happened while the line was down is asked for (2175, 2133, 2124)
 * and told once, of each order the last of it. What an order is refused for before it is one (2132) is told to whoever
 * placed it, and not here; nor is an event that could not be read (`client.rejected$`). Shared, and nothing is told
 * again to late subscribers. Errors with the account, or where the server will not tell; never completes.
 *
 * ```ts
 * orderUpdates(account).subscribe(update => {
 *   if (update.status === 'filled') console.log(update.orderId, update.price, update.volume, update.deal.dealId)
 * })
 * ```
 */
export const orderUpdates = (account: Account): Observable<OrderUpdate> => {
  const known = shared.get(account)
  if (known) return known
  const updates$ = made(account).pipe(share())
  shared.set(account, updates$)
  return updates$
}
