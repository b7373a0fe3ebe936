import { EMPTY, catchError, concat, defer, merge, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'
import { cancelOrder } from './cancelOrder'
import { closeVolume } from './closePosition'
import { toNotSent, onLine } from './lifecycle/dispatch'
import { lacks, isIncompleteList, reconciled } from './reconciling/orderLists'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import { isPending } from './tracking/isResting'
import type { OrderUpdate } from './model/orderUpdate'

/** Settings of `closeAll`, with those of all orders. */
export interface CloseAllOptions extends OrderOptions {
  /** Whether limit, stop and stop limit orders that are pending are cancelled too. Default false. */
  readonly cancelPending?: boolean
}

/** All of them to their ends, whatever becomes of one; then errors with the first error there was. */
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

/** What could not be read is neither closed nor cancelled. */
const unread = (answer: object, list: string): Observable<never> =>
  lacks(answer, list) ? throwError(() => toNotSent(undefined, isIncompleteList(list))) : EMPTY

/**
 * Closes all positions that are open (`ProtoOAClosePositionReq` for each), all at the same time, and cancels what is pending if that is wanted too. Tells
 * of each what `closePosition` and `cancelOrder` tell, by their `positionId` and `orderId`; completes when all have
 * come to their ends. Where one errors the others go on, and then so does this. The server takes fifty a second: for
 * more than some four hundred give a longer `timeout`.
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
    onLine(account, orderSettings(account, options), link => reconciled(link, account.accountId)),
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
