import { map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { changeTerms } from './validation/changeTerms'
import { amendOrderFrame } from './validation/amendOrderRequest'
import type { OrderChanges } from './model/changes'
import { runCommand } from './runCommand'
import type { CommandKind } from './reconciling/resolveOutcome'
import { trackAmend } from './tracking/trackChange'
import type { OrderOptions } from './model/orderOptions'
import { orderShown } from './reconciling/orderQueries'
import { findPendingOrder, changeRequest } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

type AmendType = typeof PayloadType.PROTO_OA_AMEND_ORDER_REQ

export const amendments: CommandKind<AmendType> = {
  payloadType: PayloadType.PROTO_OA_AMEND_ORDER_REQ,
  follow: ({ id, payload }) => trackAmend({ orderId: payload.orderId, clientMsgId: id, asked: payload }),
  look: ({ account, link, intended: { payload } }) =>
    orderShown(link, account.accountId, payload.orderId).pipe(
      map(shown => ({
        state: 'absent',
        reports: shown ? [shown] : [],
        detail: `order ${payload.orderId} ${shown ? 'has other terms' : 'is not there'} (2181)`,
      })),
    ),
}

/** Which order to change, and its new terms. */
export interface Amendment extends OrderChanges {
  readonly orderId: number
}

/**
 * Changes a pending order (`ProtoOAAmendOrderReq`). Terms that are left out stay. A protection that is `null` is
 * removed.
 *
 * Emits `sent`, then at the end `replaced`, `rejected`, or the end of the order if that came first. Survives lost
 * lines as `placeOrder` does, and completes at the end. Errors with `NotSent`, `InvalidOrder`, or `NotFound` if the
 * server showed no sign of it.
 *
 * ```ts
 * amendOrder(account, { orderId, price: price(1.0825), takeProfit: null }).subscribe(({ status }) => console.log(status))
 * ```
 */
export const amendOrder = (
  account: Account,
  { orderId, ...changes }: Amendment,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runCommand(
    account,
    amendments,
    link =>
      changeRequest(
        account,
        link,
        findPendingOrder(account, link, orderId).pipe(
          switchMap(order =>
            changeTerms(account, order.tradeData.symbolId).pipe(
              map(terms => amendOrderFrame(order, changes, terms)),
            ),
          ),
        ),
      ),
    options,
  )
