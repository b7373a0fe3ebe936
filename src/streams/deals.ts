import {
  EMPTY,
  catchError,
  concatMap,
  defer,
  filter,
  map,
  merge,
  mergeMap,
  of,
  reduce,
  share,
  switchMap,
  takeWhile,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { invalidOption } from '../errors'
import type { ProtoOADeal } from '../protocol/deals'
import { PayloadType } from '../protocol/payloadType'
import { messagesOf } from '../session/accountMessages'
import type { Account } from '../session/account'
import { askedAgain } from './askedAgain'
import { eachOf } from './eachOf'
import { backwards } from './history/backwards'
import type { PagedList, Rows, Window } from './history/backwards'
import { isTooLong } from './history/pages'
import { NO_TIME, isTime } from './history/reading'
import { latestOf, latestTime } from './latestTime'
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

const forgetOldest = (ids: Set<number>): void => {
  for (const oldest of ids) {
    if (ids.size <= REMEMBERED) return
    ids.delete(oldest)
  }
}

const timeOf = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

interface Asked extends Window {
  readonly maxRows?: number
}

const rowsOf = (link: Link, ctidTraderAccountId: number, asked: Asked): Observable<Rows<ProtoOADeal>> =>
  answerOn(link, () =>
    link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, ...asked }).pipe(
      map(({ deal = [], hasMore }) => ({ rows: deal, hasMore })),
      // Another time of asking would not help it.
      catchError((error: unknown) => (isTooLong(error) ? of(error) : throwError(() => error))),
    ),
  ).pipe(
    map(answered => {
      if ('rows' in answered) return answered
      throw answered
    }),
  )

const listOf = (link: Link, accountId: number): PagedList<ProtoOADeal> => ({
  payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
  timeOf,
  idOf: ({ dealId }) => dealId,
  ask: window => rowsOf(link, accountId, window),
})

/** All deals from a time on, oldest first. To when is the server's to know: it has the clock. */
const dealsSince = (link: Link, accountId: number, time: number): Observable<ProtoOADeal[]> =>
  defer(() => {
    const list = listOf(link, accountId)
    return backwards(list, { fromTimestamp: time }).pipe(
      catchError((error: unknown) =>
        // It is too long ago for one question: so from now backwards, until it is reached.
        isTooLong(error)
          ? backwards({ ...list, cut: 'older' }).pipe(
              takeWhile(rows => rows.every(deal => timeOf(deal) >= time), true),
            )
          : throwError(() => error),
      ),
    )
  }).pipe(
    reduce((all: ProtoOADeal[], rows) => [...all, ...rows], []),
    map(all =>
      all
        .filter(deal => timeOf(deal) >= time)
        .sort((a, b) => a.executionTimestamp - b.executionTimestamp || a.dealId - b.dealId),
    ),
  )

/** The newest deals, also where the server gives the oldest first. */
const newestDeals = (link: Link, accountId: number): Observable<readonly ProtoOADeal[]> =>
  rowsOf(link, accountId, { maxRows: FIRST_ROWS }).pipe(
    concatMap(({ rows, hasMore }) =>
      hasMore && rows.length > 0
        ? backwards(listOf(link, accountId), { fromTimestamp: Math.max(...rows.map(timeOf)) }).pipe(
            reduce((all, later) => [...all, ...later], rows),
          )
        : of(rows),
    ),
  )

/** What the first gives in one piece, then what the other gave meanwhile, then both as they come. */
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

/** So much earlier is asked for than what is known last, in ms: a list may be behind. */
const OVERLAP = 20_000

const dealsFrom = (account: Account, since: number | undefined): Observable<ProtoOADeal> =>
  defer(() => {
    const { accountId } = account
    const given = new Set<number>()
    let before: ReadonlySet<number> = new Set()
    /** What was before this is not wanted. */
    let begins = since ?? -Infinity
    /** Up to when deals were told, each time it was asked for them: what is missed is not much older than the last but one. */
    let reached: readonly number[] = since === undefined ? [] : [since]
    const latest = latestTime()
    if (since !== undefined) latest.begin(since)

    const isNew = (deal: ProtoOADeal): boolean => {
      const { dealId } = deal
      if (given.has(dealId)) return false
      given.add(dealId)
      forgetOldest(given)
      latest.note(timeOf(deal))
      return true
    }

    /** Where the stream begins: no clock but the server's says when, so it is the newest deal there is. */
    const begin = (link: Link): Observable<readonly ProtoOADeal[]> =>
      newestDeals(link, accountId).pipe(
        map(deals => {
          before = new Set(deals.map(({ dealId }) => dealId))
          begins = latestOf(deals.map(timeOf)) ?? 0
          reached = [begins]
          latest.begin(begins)
          return []
        }),
      )

    const missedOn = (link: Link): Observable<readonly ProtoOADeal[]> => {
      const [from = begins] = reached
      reached = [...reached, latest.time() ?? begins].slice(-2)
      return dealsSince(link, accountId, Math.max(begins, from - OVERLAP)).pipe(
        map(deals => deals.filter(({ dealId }) => !before.has(dealId))),
      )
    }

    return accountLinks(account).pipe(
      switchMap(link => {
        if (!link) return EMPTY
        const told$ = messagesOf(link, accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(({ payload }) => payload.deal),
          filter(deal => deal !== undefined),
        )
        const asked$ = askedAgain(link, accountId, () =>
          reached.length === 0 ? begin(link) : missedOn(link),
        )
        return reached.length === 0 ? merge(told$, asked$.pipe(eachOf())) : followedBy(asked$, told$)
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
