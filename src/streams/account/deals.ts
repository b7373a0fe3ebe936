import { EMPTY, defer, filter, map, merge, mergeAll, mergeMap, share, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import { PayloadType } from '../../protocol/payloadType'
import { accountMessages } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { pollState } from '../sharing/polling'
import { OVERLAP, createCheckpoint } from '../history/checkpoint'
import { dealList, executionTime } from '../history/accountLists'
import { NO_TIME, isTime } from '../history/pageReader'
import { newestRows, readRowsSinceTime } from '../history/since'
import { latestPlausible } from '../history/latestTime'
import { accountLinks } from '../sharing/accountLinks'
import { retryOnLink } from '../sharing/persist'
import { oncePer } from '../../util/oncePer'

/** Settings of `deals`. */
export interface DealsOptions {
  /** Start with the deals since this time, in ms since the epoch by the server's clock. */
  readonly since?: number
}

/** How many of the newest deals the first request asks for. Usually more than are missed while a line is down. */
const FIRST_ROWS = 100
/** How many deal ids to remember. A repeated deal comes soon after the first. */
const REMEMBERED = 10_000

const forgetOldest = (ids: Set<number>): void => {
  for (const oldest of ids) {
    if (ids.size <= REMEMBERED) return
    ids.delete(oldest)
  }
}

/** Emits first$'s array, then what then$ emitted meanwhile, then then$ live. */
const followedBy = <T>(first$: Observable<readonly T[]>, then$: Observable<T>): Observable<T> =>
  defer(() => {
    const waiting: T[] = []
    let isWaiting = true
    return merge(
      then$.pipe(
        mergeMap(value => {
          if (!isWaiting) return [value]
          waiting.push(value)
          return EMPTY
        }),
      ),
      first$.pipe(
        mergeMap(values => {
          isWaiting = false
          return [...values, ...waiting.splice(0)]
        }),
      ),
    )
  })

const dealsFrom = (account: Account, since: number | undefined): Observable<ProtoOADeal> =>
  defer(() => {
    const { accountId } = account
    const given = new Set<number>()
    let before: ReadonlySet<number> = new Set()
    /** Deals before this time are not wanted. `undefined` means that there were no deals, so all are wanted. */
    let begins = since
    const known = createCheckpoint()
    if (since !== undefined) known.begin(since)

    const listOn = (link: Link, onUnreadable: () => void = () => undefined) =>
      dealList(link, accountId, { asking: ask => retryOnLink(link, ask), onUnreadable })

    const isNew = (deal: ProtoOADeal): boolean => {
      const { dealId } = deal
      if (given.has(dealId)) return false
      given.add(dealId)
      forgetOldest(given)
      known.note(executionTime(deal))
      return true
    }

    /** The stream starts at the newest deal, because only the server's clock can say when a deal happened. */
    const begin = (link: Link): Observable<readonly ProtoOADeal[]> =>
      newestRows(link, listOn(link), { maxRows: FIRST_ROWS }).pipe(
        map(deals => {
          before = new Set(deals.map(({ dealId }) => dealId))
          begins = latestPlausible(deals.map(executionTime))
          known.begin(begins ?? 0)
          return []
        }),
      )

    /** All deals since a time, oldest first. */
    const missedSince = (link: Link, time: number): Observable<readonly ProtoOADeal[]> =>
      defer(() => {
        const first = begins === undefined ? undefined : Math.max(begins, time - OVERLAP)
        let isWhole = true
        const list = listOn(link, () => {
          isWhole = false
        })
        return readRowsSinceTime(link, list, first).pipe(
          map(deals => {
            known.answered(isWhole)
            return deals
              .filter(deal => !before.has(deal.dealId) && executionTime(deal) >= (first ?? 0))
              .sort((a, b) => executionTime(a) - executionTime(b) || a.dealId - b.dealId)
          }),
        )
      })

    const ask = (link: Link): Observable<readonly ProtoOADeal[]> => {
      const time = known.since()
      return time === undefined ? begin(link) : missedSince(link, time)
    }

    return accountLinks(account).pipe(
      switchMap(link => {
        if (!link) return EMPTY
        const told$ = accountMessages(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(({ payload }) => payload.deal),
          filter(deal => deal !== undefined),
        )
        const asked$ = pollState(link, accountId, () => ask(link))
        return known.since() === undefined ? merge(told$, asked$.pipe(mergeAll())) : followedBy(asked$, told$)
      }),
      filter(isNew),
    )
  })

const shared = oncePer((account: Account) => dealsFrom(account, undefined).pipe(share()))

/**
 * The deals of the account from now on (`ProtoOADeal`). Each deal is emitted once. Failed deals are emitted too:
 * see `dealStatus`.
 *
 * After a lost line, the deals that were executed meanwhile come first, oldest first. They are known from the first
 * answer of the server (2133) on. With `since`, all deals since that time come first.
 *
 * Errors with `InvalidOption` if `since` is not a time, and with the account. Never completes. Without `since` all
 * consumers share one stream, and a late consumer gets only what comes from then on.
 *
 * ```ts
 * deals(account).subscribe(({ dealId, filledVolume, executionPrice }) => console.log(dealId, filledVolume, executionPrice))
 * ```
 */
export const deals = (account: Account, options: DealsOptions = {}): Observable<ProtoOADeal> => {
  const { since } = options
  return defer(() => {
    checkNames(options, { since: true })
    if (since === undefined) return shared(account)
    if (!isTime(since)) throw invalidOption('since', NO_TIME)
    return dealsFrom(account, since)
  })
}
