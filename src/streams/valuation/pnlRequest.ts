import { EMPTY, catchError, exhaustMap, map, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import type { PositionPnl } from './profit'

/** When to ask the server if quotes have not given a value, and how often after that, in ms. */
const FIRST = 500
const PACE = 5_000

/**
 * The server's values of the open positions (2187), in our digits of money. Requested soon, and again and again. A
 * refusal is ignored: the next request may succeed. Errors if the answer is too large.
 */
export const requestPnl = (
  account: Account,
  moneyDigits: () => number,
): Observable<readonly Omit<PositionPnl, 'symbolId'>[]> =>
  timer(FIRST, PACE).pipe(
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
