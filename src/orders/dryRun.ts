import { map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../errors'
import type { ProtoOANewOrderReq } from '../protocol/messages/orders'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { validateNewOrder } from './validation/validateNewOrder'
import type { NewOrder } from './model/newOrder'
import { DEFAULT_TIMEOUT, accountTimeout } from '../streams/sharing/accountTimeout'
import { omitUndefined } from '../util/omitUndefined'

/** The request that an order would send, and the margin it would take. */
export interface DryRun {
  /** The request. An order without a `clientOrderId` gets one when it is sent. */
  readonly request: ProtoOANewOrderReq
  /** The free margin that the position would take, in 10^-moneyDigits of the deposit currency, if the server says. */
  readonly expectedMargin?: number
  readonly moneyDigits?: number
}

const waitedInVain = (): CTraderError =>
  new CTraderError({
    reason: 'Timeout',
    payloadType: PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ,
    after: DEFAULT_TIMEOUT,
    sent: false,
  })

/**
 * Checks an order as `placeOrder` does, and asks for its margin (`ProtoOAExpectedMarginReq`). Sends no order. Emits
 * once and completes. Errors with `InvalidOrder`, which names the rule, the field, its value and the nearest
 * allowed value. Also errors with `UnknownSymbol`, and as a request does.
 *
 * ```ts
 * dryRun(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }).subscribe(
 *   ({ request, expectedMargin = 0, moneyDigits = 2 }) => console.log(request, toMoney(expectedMargin, moneyDigits)),
 * )
 * ```
 */
export const dryRun = (account: Account, order: NewOrder): Observable<DryRun> =>
  validateNewOrder(account, order).pipe(
    accountTimeout(account, DEFAULT_TIMEOUT, waitedInVain),
    switchMap(frame => {
      const { symbolId, volume } = frame
      const request = { ctidTraderAccountId: account.accountId, ...frame }
      return account.request(PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ, { symbolId, volume: [volume] }).pipe(
        map(({ margin = [], moneyDigits }) => {
          const expectedMargin = order.side === 'buy' ? margin[0]?.buyMargin : margin[0]?.sellMargin
          return {
            request,
            ...omitUndefined({ expectedMargin, moneyDigits }),
          }
        }),
      )
    }),
  )
