import {
  EMPTY,
  defer,
  expand,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  reduce,
  share,
  switchMap,
  tap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { invalidOption } from '../errors'
import type { ProtoOADeal } from '../protocol/deals'
import { PayloadType } from '../protocol/payloadType'
import type { Payload } from '../protocol/table'
import { messagesOf } from '../session/accountMessages'
import type { Account } from '../session/account'
import { NO_TIME, isTime } from './history/reading'
import { accountLinks, answerOn } from './live'

/** Settings of `deals`. */
export interface DealsOptions {
  /** Begins with the deals since this time, in ms since the epoch by the server's clock. */
  readonly since?: number
}

/** So many of the newest deals are asked for at first: more than a lost line costs, mostly. */
const FIRST_ROWS = 100
/** So many deals are remembered: what comes twice comes soon after. */
const REMEMBERED = 10_000

type DealList = Payload<typeof PayloadType.PROTO_OA_DEAL_LIST_RES>

const forgetOldest = (ids: Set<number>): void => {
  for (const oldest of ids) {
    if (ids.size <= REMEMBERED) return
    ids.delete(oldest)
  }
}

interface Rows {
  readonly maxRows?: number
  readonly toTimestamp?: number
}

/** The newest deals of an account, or the newest until a time, that included. */
const newest = (link: Link, ctidTraderAccountId: number, rows: Rows): Observable<DealList> =>
  answerOn(link, () => link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, ...rows }))

/** All deals from a time on, oldest first. Asked backwards from the newest: the time now is the server's to know. */
const dealsSince = (link: Link, accountId: number, time: number): Observable<ProtoOADeal[]> => {
  let reached = Infinity
  return newest(link, accountId, { maxRows: FIRST_ROWS }).pipe(
    expand(({ deal = [], hasMore }) => {
      const oldest = Math.min(...deal.map(({ executionTimestamp }) => executionTimestamp))
      if (!hasMore || deal.length === 0 || oldest < time) return EMPTY
      // Of a ms that fills an answer by itself the server never tells more.
      reached = Math.min(oldest, reached - 1)
      return newest(link, accountId, { toTimestamp: reached })
    }),
    reduce((all: ProtoOADeal[], { deal = [] }) => [...all, ...deal], []),
    map(all =>
      all
        .filter(({ executionTimestamp }) => executionTimestamp >= time)
        .sort((a, b) => a.executionTimestamp - b.executionTimestamp || a.dealId - b.dealId),
    ),
  )
}

/** What the first gives in one piece, then what the other gave meanwhile, then that as it comes. */
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
          return [...values, ...waiting]
        }),
      ),
    )
  })

const dealsFrom = (account: Account, since: number | undefined): Observable<ProtoOADeal> =>
  defer(() => {
    const { accountId } = account
    const given = new Set<number>()
    let before: ReadonlySet<number> = new Set()
    /** What is missed after a lost line is of this time or later. */
    let time = since

    const isNew = ({ dealId, executionTimestamp }: ProtoOADeal): boolean => {
      if (given.has(dealId)) return false
      given.add(dealId)
      forgetOldest(given)
      time = Math.max(time ?? -Infinity, executionTimestamp)
      return true
    }

    /** Where the stream begins: no clock but the server's says when, so it is the newest deal there is. */
    const begin = (link: Link): Observable<never> =>
      newest(link, accountId, { maxRows: FIRST_ROWS }).pipe(
        tap(({ deal = [] }) => {
          before = new Set(deal.map(({ dealId }) => dealId))
          time ??= Math.max(...deal.map(({ executionTimestamp }) => executionTimestamp))
        }),
        ignoreElements(),
      )

    return accountLinks(account).pipe(
      switchMap(link => {
        if (!link) return EMPTY
        const told$ = messagesOf(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(({ payload }) => payload.deal),
          filter(deal => deal !== undefined),
        )
        if (time === undefined) return merge(told$, begin(link))
        const missed$ = dealsSince(link, accountId, time).pipe(
          map(deals => deals.filter(({ dealId }) => !before.has(dealId))),
        )
        return followedBy(missed$, told$)
      }),
      filter(isNew),
    )
  })

const shared = new WeakMap<Account, Observable<ProtoOADeal>>()

/**
 * The deals of the account from now on, as they are executed, each once (`ProtoOADeal`); also those that failed, which
 * `dealStatus` tells. From when the server has first answered (2133), what was executed while the line was down comes
 * after it, oldest first; of before that only with `since`, since when all come first. Errors with `InvalidOption`
 * where `since` is no time, and with the account; never completes.
 *
 * Without `since` all consumers share it, and a late one gets what comes from then on.
 *
 * ```ts
 * deals(account).subscribe(({ dealId, filledVolume, executionPrice }) => console.log(dealId, filledVolume, executionPrice))
 * ```
 */
export const deals = (account: Account, { since }: DealsOptions = {}): Observable<ProtoOADeal> => {
  if (since !== undefined)
    return isTime(since) ? dealsFrom(account, since) : throwError(() => invalidOption('since', NO_TIME))
  const deal$ = shared.get(account) ?? dealsFrom(account, undefined).pipe(share())
  shared.set(account, deal$)
  return deal$
}
