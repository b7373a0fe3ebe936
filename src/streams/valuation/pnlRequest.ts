import { EMPTY, catchError, defer, exhaustMap, map, tap, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { stopwatch } from '../../clock'
import { hasReason } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { inAccountZone } from '../sharing/accountLinks'
import type { PositionPnl } from './profit'

/** When to ask the server if quotes have not given a value, and how often after that, in ms. */
const FIRST = 500
const PACE = 5_000

/**
 * When to ask again after an answer that was too large, in ms. The next one may be smaller. The pauses grow, because
 * each such answer is expensive.
 */
const FIRST_REST = 120_000
const LONGEST_REST = 3_600_000

export const createRest = () => {
  let times = 0
  let elapsed = stopwatch()
  const length = (): number => (times === 0 ? 0 : Math.min(LONGEST_REST, FIRST_REST * 4 ** (times - 1)))
  return {
    begin: (): void => {
      times += 1
      elapsed = stopwatch()
    },
    left: (): number => Math.max(0, length() - elapsed()),
    end: (): void => {
      times = 0
    },
  }
}

/**
 * The server's values of the open positions (2187), in our digits of money. Each subscriber has them requested soon,
 * and again and again. A refusal is ignored: the next request may succeed.
 */
export const pnlRequests = (
  account: Account,
  moneyDigits: () => number,
): Observable<readonly Omit<PositionPnl, 'symbolId' | 'side'>[]> => {
  const rest = createRest()
  // A subscriber that returns waits for the rest that is left.
  const request$ = defer(() => timer(rest.left() + FIRST, PACE)).pipe(
    exhaustMap(() =>
      account
        .request(PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ, {})
        .pipe(
          catchError((error: unknown) => (hasReason(error, 'TooLarge') ? throwError(() => error) : EMPTY)),
        ),
    ),
    map(({ positionUnrealizedPnL = [], moneyDigits: digits }) => {
      const inOurs = (amount: number): number => Math.round(amount * 10 ** (moneyDigits() - digits))
      return positionUnrealizedPnL.map(({ positionId, grossUnrealizedPnL, netUnrealizedPnL }) => ({
        positionId,
        gross: inOurs(grossUnrealizedPnL),
        net: inOurs(netUnrealizedPnL),
      }))
    }),
  )
  return inAccountZone(account, request$).pipe(
    tap(rest.end),
    catchError((_: unknown, again$) => {
      rest.begin()
      return again$
    }),
  )
}
