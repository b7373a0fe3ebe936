import {
  EMPTY,
  asyncScheduler,
  defer,
  filter,
  groupBy,
  map,
  merge,
  mergeMap,
  skip,
  startWith,
  switchMap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { Link } from '../../connection/link'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { accountMessages } from '../../session/state/accountMessages'
import { priceSource } from './priceSource'

/** So many of the last messages decide, so that one wrong time does not. An odd number has a middle. */
const SAMPLES = 15

const middleOf = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** The times in quotes. The first quote of a symbol on a link may be an old one, such as that of Friday. */
const quoteTimesOn = (accountId: number, link: Link): Observable<number | undefined> =>
  accountMessages(link, accountId, PayloadType.PROTO_OA_SPOT_EVENT).pipe(
    groupBy(({ payload: { symbolId } }) => symbolId),
    mergeMap(event$ => event$.pipe(skip(1))),
    map(({ payload: { timestamp } }) => timestamp),
  )

/** The times in the account's messages, when they come. */
const timesIn = (account: Account): Observable<number> => {
  const { accountOn, link$ } = priceSource(account)
  return merge(
    link$.pipe(switchMap(link => (link ? quoteTimesOn(accountOn(link).accountId, link) : EMPTY))),
    account
      .on(PayloadType.PROTO_OA_EXECUTION_EVENT)
      .pipe(map(({ payload: { deal, order } }) => deal?.executionTimestamp ?? order?.utcLastUpdateTimestamp)),
  ).pipe(filter(time => time !== undefined))
}

/**
 * The time of the server, in ms since the epoch, so that a strategy need not read the clock of its machine. Emits an
 * estimate at once, then with each message of the account that has a time: quotes (`ProtoOASpotEvent`) and orders
 * (`ProtoOAExecutionEvent`). It subscribes to no quotes itself.
 *
 * The first value is our clock's. Later ones are our monotonic clock, set by the middle of the last 15 times of the
 * server. So they do not depend on a clock that is set wrong. They are late by about as long as a message takes, and may
 * go back by some ms. In a backtest it is the time of the history. Errors with the account; never completes.
 *
 * ```ts
 * spots(account, 'EURUSD')
 *   .pipe(withLatestFrom(serverTime(account)))
 *   .subscribe(([{ bid }, now]) => console.log(new Date(now), bid))
 * ```
 */
export const serverTime = (account: Account): Observable<number> =>
  defer(() => {
    let ahead: readonly number[] = []
    return timesIn(account).pipe(
      map(time => {
        const monotonic = monotonicNow()
        ahead = [...ahead, time - monotonic].slice(-SAMPLES)
        return Math.round(monotonic + middleOf(ahead))
      }),
      startWith(asyncScheduler.now()),
    )
  })
