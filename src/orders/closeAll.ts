import { EMPTY, catchError, concat, defer, merge, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'
import { cancelOrder } from './cancelOrder'
import { closeVolume } from './closePosition'
import { toNotSent, withOrderLink } from './lifecycle/dispatch'
import { hasUnreadable, isIncompleteList, reconcileAtOnce } from './reconciling/orderLists'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import { isPending } from './tracking/isResting'
import type { OrderUpdate } from './model/orderUpdate'

/** Settings of `closeAll`, and the settings of all orders. */
export interface CloseAllOptions extends OrderOptions {
  /** Whether pending limit, stop and stop limit orders are cancelled too. Default false. */
  readonly cancelPending?: boolean
}

/** Runs all commands to their ends, also after one has failed. Then errors with the first error. */
const eachToItsEnd = (commands: readonly Observable<OrderUpdate>[]): Observable<OrderUpdate> =>
  defer(() => {
    const errors: unknown[] = []
    const held = commands.map(command$ =>
      command$.pipe(
        catchError((error: unknown) => {
          errors.push(error)
          return EMPTY
        }),
      ),
    )
    return concat(
      merge(...held),
      defer(() => (errors.length > 0 ? throwError(() => errors[0]) : EMPTY)),
    )
  })

/** Positions and orders that could not be read are neither closed nor cancelled: report that. */
const unread = (answer: object, list: string): Observable<never> =>
  hasUnreadable(answer, list) ? throwError(() => toNotSent(undefined, isIncompleteList(list))) : EMPTY

/**
 * Closes all open positions (`ProtoOAClosePositionReq` for each) at the same time. Cancels pending orders too if
 * `cancelPending` is set. Emits the updates of each `closePosition` and `cancelOrder`, told apart by `positionId`
 * and `orderId`. Completes when all have ended. If one errors, the others go on, and then the stream errors. The
 * server takes fifty requests a second: for more than about four hundred, set a longer `timeout`.
 *
 * ```ts
 * closeAll(account, { cancelPending: true }).subscribe(({ positionId, status }) => console.log(positionId, status))
 * ```
 */
export const closeAll = (
  account: Account,
  { cancelPending = false, ...options }: CloseAllOptions = {},
): Observable<OrderUpdate> =>
  defer(() =>
    withOrderLink(account, orderSettings(account, options), link => reconcileAtOnce(link, account.accountId)),
  ).pipe(
    catchError((error: unknown) => throwError(() => toNotSent(undefined, error))),
    switchMap(answer => {
      const { position = [], order = [] } = answer
      return eachToItsEnd([
        ...position.map(({ positionId, tradeData: { volume } }) =>
          closeVolume(account, positionId, () => of(volume), options),
        ),
        ...(cancelPending
          ? order.filter(isPending).map(({ orderId }) => cancelOrder(account, { orderId }, options))
          : []),
        ...['position', ...(cancelPending ? ['order'] : [])].map(list => unread(answer, list)),
      ])
    }),
  )
